// Keeping the keyboard focus in a bubble that is drawn anew.

const GROUPS = [".key", "button:not(.key), a:not(.key)"];

/** Where in `node` the focus is; null if elsewhere. */
export function focusPlace(node) {
  const focused = document.activeElement;
  if (!node.contains(focused)) return null;
  const selector = GROUPS.find((group) => focused.matches(group));
  return { selector, index: selector ? [...node.querySelectorAll(selector)].indexOf(focused) : 0 };
}

/** Puts the focus back to the same place, or the nearest there is. */
export function restoreFocus(node, place) {
  if (!place) return;
  const candidates = place.selector ? [...node.querySelectorAll(place.selector)] : [];
  (candidates[place.index] ?? candidates.at(-1) ?? node).focus({ preventScroll: true });
}
