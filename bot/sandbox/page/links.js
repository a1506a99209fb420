// Deep links to a bot: t.me/<bot>?start=… and ?startgroup=…

/** What a deep link asks for, {username, start, group} with null for what it lacks; null for other links. */
export function deepLink(url) {
  let address;
  try {
    address = new URL(url);
  } catch {
    return null;
  }
  const query = address.searchParams;
  const web = /^https?:$/.test(address.protocol) && ["t.me", "telegram.me"].includes(address.hostname);
  const username = web ? address.pathname.slice(1) : address.protocol === "tg:" ? query.get("domain") : null;
  return username ? { username, start: query.get("start"), group: query.get("startgroup") } : null;
}
