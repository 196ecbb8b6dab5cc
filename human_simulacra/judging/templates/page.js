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
