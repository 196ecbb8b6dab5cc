// A comment is saved when its box is left, also without a grade; without this script it is saved with the grade.
const comment = document.getElementById("comment"), kept = document.getElementById("kept");
comment?.addEventListener("input", () => { kept.textContent = ""; });
comment?.addEventListener("change", async () => {
  const form = new URLSearchParams({ item: comment.form.elements.namedItem("item").value, comment: comment.value });
  const answer = await fetch(comment.dataset.save, { method: "POST", body: form, keepalive: true }).catch(() => null);
  kept.textContent = answer?.ok ? "saved" : `not saved: ${answer ? await answer.text() : "the server has stopped"}`;
});
// Keys: digits grade, or fill the boxes of a comparison in turn, left and right arrows navigate. The page also works without
// this script.
const boxes = [...document.querySelectorAll("input[type=number]")];
boxes.forEach((box, place) => box.addEventListener("input", () => {
  if (box.value.length === box.max.length && box.checkValidity()) (boxes[place + 1] ?? box.form.querySelector("button")).focus();
}));
boxes.forEach((box) => box.addEventListener("focus", () => box.select()));
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.matches("input, textarea")) return;
  if (/^[0-9]$/.test(event.key)) {
    boxes[0]?.focus();  // which the digit then fills
    document.querySelector(`button[value="${event.key}"]`)?.click();
  }
  if (event.key === "ArrowLeft") document.getElementById("back")?.click();
  if (event.key === "ArrowRight") document.getElementById("on")?.click();
});
