// Keys: 1 to 5 grade, left and right arrows navigate. The page also works without this script.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.matches("input, textarea")) return;
  if (/^[1-5]$/.test(event.key)) document.querySelector(`button[value="${event.key}"]`)?.click();
  if (event.key === "ArrowLeft") document.getElementById("back")?.click();
  if (event.key === "ArrowRight") document.getElementById("on")?.click();
});
