// Files dragged onto an element.

/** Calls `dropped(files)`; while files hover over `element` and `allowed()`, it has the class "dropping". */
export function acceptDrops(element, { allowed, dropped }) {
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files") || !allowed()) return;
    event.preventDefault();
    element.classList.add("dropping");
  };
  element.addEventListener("dragenter", over);
  element.addEventListener("dragover", over);
  element.addEventListener("dragleave", (event) => {
    if (!element.contains(event.relatedTarget)) element.classList.remove("dropping");
  });
  element.addEventListener("drop", (event) => {
    if (!element.classList.contains("dropping")) return;
    event.preventDefault();
    element.classList.remove("dropping");
    dropped([...event.dataTransfer.files]);
  });
}
