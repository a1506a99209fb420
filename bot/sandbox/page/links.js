// Links that do not lead where they seem to: to a bot (t.me/<bot>?start=…), to the sandbox's own press.

/** What a deep link asks for, {username, start, group} with null for what it lacks; null for other links. */
export function deepLink(url) {
  const address = parsed(url);
  if (!address) return null;
  const query = address.searchParams;
  const web = /^https?:$/.test(address.protocol) && ["t.me", "telegram.me"].includes(address.hostname);
  const username = web ? address.pathname.slice(1) : address.protocol === "tg:" ? query.get("domain") : null;
  return username ? { username, start: query.get("start"), group: query.get("startgroup") } : null;
}

/** Where a browser finds a page of one of the press `hosts`, which only the sandbox knows; null for other links. */
export function pressAddress(url, hosts) {
  const address = parsed(url);
  if (!address || !/^https?:$/.test(address.protocol) || !hosts.includes(address.hostname)) return null;
  return `/press/${address.hostname}${address.pathname}${address.search}`;
}

function parsed(url) {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
