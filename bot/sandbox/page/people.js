// How people, bots and groups are named and coloured.

/** "Nguyễn Văn An"; the title of a group; "" for nobody. */
export function personName(person) {
  if (!person) return "";
  return [person.first_name, person.last_name].filter(Boolean).join(" ") || person.title || "";
}

/** Two letters for an avatar: of the last two words (given names come last), or from word `from`. */
export function initials(name, { from = -2 } = {}) {
  const words = name
    .replace(/[^\p{L}\p{N}\s]/gu, " ")
    .split(/\s+/)
    .filter(Boolean);
  return words
    .slice(from)
    .slice(0, 2)
    .map((word) => word[0])
    .join("")
    .toUpperCase();
}

/** Which of the seven name colours a person or chat has. */
export function tint(id) {
  return Math.abs(id) % 7;
}
