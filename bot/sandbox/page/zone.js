// Dates and times as people read them, in the sandbox's own time zone.

import { language } from "./texts.js";

const formats = new Map();

function format(zone, options) {
  const key = `${language()}|${zone}|${JSON.stringify(options)}`;
  if (!formats.has(key)) {
    const locale = language() === "en" ? "en-GB" : "vi-VN";
    formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
  }
  return formats.get(key);
}

/** Wall-clock parts of an instant as two-digit strings (year: four). */
export function wallParts(date, zone) {
  const options = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  };
  return Object.fromEntries(
    format(zone, options)
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
}

/** The instant at which the zone's wall clock shows these parts. */
export function instantOf({ year, month, day, hour, minute }, zone) {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    const shown = wallParts(new Date(guess), zone);
    guess += wanted - Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute);
  }
  return new Date(guess);
}

/** 08:00 of the zone's next day. */
export function nextMorning(now, zone) {
  const { year, month, day } = wallParts(now, zone);
  return instantOf({ year, month: Number(month), day: Number(day) + 1, hour: 8, minute: 0 }, zone);
}

/** The value a datetime-local input wants. */
export function inputValue(date, zone) {
  const { year, month, day, hour, minute } = wallParts(date, zone);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The instant meant by a datetime-local input's value, or null. */
export function instantOfInput(value, zone) {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(value);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number);
  return instantOf({ year, month, day, hour, minute }, zone);
}

export function timeText(date, zone) {
  const { hour, minute } = wallParts(date, zone);
  return `${hour}:${minute}`;
}

export function timeWithSeconds(date, zone) {
  const { hour, minute, second } = wallParts(date, zone);
  return `${hour}:${minute}:${second}`;
}

export function dateText(date, zone) {
  const { year, month, day } = wallParts(date, zone);
  return `${day}/${month}/${year}`;
}

export function weekdayText(date, zone) {
  return format(zone, { weekday: "long" }).format(date);
}

/** "Thứ Hai, 24/11/2025": the separator between days and the key of a day. */
export function dayText(date, zone) {
  return `${weekdayText(date, zone)}, ${dateText(date, zone)}`;
}

/** "08:00 Thứ Tư, 26/11/2025" */
export function momentText(date, zone) {
  return `${timeText(date, zone)} ${dayText(date, zone)}`;
}

/** "GMT+7" */
export function zoneOffsetText(date, zone) {
  const parts = format(zone, { timeZoneName: "shortOffset" }).formatToParts(date);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** What a date_time entity shows: grammar r | w?[dD]?[tT]?; empty when there is no format. */
export function entityTimeText(date, pattern, zone, now) {
  if (pattern === "r") return relativeText(date, now);
  const parts = [];
  if (pattern.includes("w")) parts.push(weekdayText(date, zone));
  if (pattern.includes("d")) parts.push(dateText(date, zone));
  if (pattern.includes("D")) parts.push(format(zone, { dateStyle: "long" }).format(date));
  if (pattern.includes("t")) parts.push(timeText(date, zone));
  if (pattern.includes("T")) parts.push(timeWithSeconds(date, zone));
  return parts.join(", ");
}

function relativeText(date, now) {
  const seconds = (date - now) / 1000;
  const [unit, size] = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ].find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(
    Math.trunc(seconds / size),
    unit,
  );
}
