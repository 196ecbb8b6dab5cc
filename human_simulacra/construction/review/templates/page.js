// Keys decide and navigate. The page also works without this script, except for the name.
const text = document.getElementById("text"), by = document.getElementById("by");
const label = () => {
  document.getElementById("accept").textContent = text.value.trim() === text.dataset.written.trim() ? "Accept" : "Save edit";
};
text?.addEventListener("input", label);
if (text) label();
by.value = localStorage.getItem("by") ?? "";
by.addEventListener("input", () => localStorage.setItem("by", by.value));
document.querySelectorAll("form").forEach((form) => form.addEventListener("submit", () => { form.elements.by.value = by.value; }));
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches("input, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const target = { a: "accept", e: "text", r: "reason", ArrowLeft: "back", ArrowRight: "on" }[event.key];
  const found = target && document.getElementById(target);
  if (!found) return;
  event.preventDefault();
  if (found.matches("input, textarea")) found.focus(); else found.click();
});
