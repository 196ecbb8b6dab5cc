// Choosing a filter shows its answers at once, and the bar names the chosen runs. The pages also work without this script.
document.querySelector(".filters")?.addEventListener("change", (event) => {
  if (event.target.matches("select, [type=radio]")) event.currentTarget.requestSubmit();
});
const chosen = document.querySelector(".chosen");
const name = (side) => document.querySelector(`[name=${side}]:checked`)?.value ?? "not chosen";
const update = () => { chosen.textContent = `A: ${name("a")}, B: ${name("b")}`; };
if (chosen) {
  update();
  addEventListener("change", update);
}
