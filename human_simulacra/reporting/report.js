// The list of answers: filters, search, links to single answers and questions, and what the whole page needs.
const browser = document.getElementById("browser");
const form = browser.querySelector("form");
const linked = browser.querySelector(".linked");
const list = browser.querySelector(".list");
const more = browser.querySelector(".next button");
const count = browser.querySelector(".count");
const PAGE = 40;
const FILTERS = [["run", "Run"], ["model", "Model"], ["experiment", "Experiment"], ["type", "Type"], ["character", "Character"], ["outcome", "Outcome"]];

const labels = rows.map((row) => Object.fromEntries(FILTERS.map(([key]) => [key, text(row[key])])));
const selects = form.querySelector(".selects");
const choice = (name, title, options) => make("label", {}, title + " ", make("select", { name }, ...options));
for (const [key, name] of FILTERS) {
  const values = [...new Set(labels.map((label) => label[key]))];
  if (key === "run" && values.length < 2) continue;
  selects.append(choice(key, name, [make("option", { value: "" }, "all"), ...values.map((v) => make("option", { value: v }, v))]));
}
if (questionPlaces.size < rows.length) {
  selects.append(choice("list", "List by", [make("option", { value: "" }, "answer"), make("option", { value: "question" }, "question")]));
}
selects.append(make("button", { type: "reset" }, "Clear"));
const narrow = matchMedia("(max-width: 759px)");
form.querySelector(".more").open = !narrow.matches;
narrow.addEventListener("change", () => { form.querySelector(".more").open = !narrow.matches; });

let chosen = []; // places of answers, or addresses of questions
let shown = 0;

function filter() {
  const wanted = FILTERS.map(([key]) => [key, form.elements[key] ? form.elements[key].value : ""]).filter(([, value]) => value);
  const query = form.elements.text.value.trim().toLowerCase();
  const found = query ? lines.map((line) => line.toLowerCase().includes(query)) : null;
  chosen = [];
  rows.forEach((row, place) => {
    if (wanted.every(([key, value]) => labels[place][key] === value) && (!found || contains(row, found))) chosen.push(place);
  });
  if (byQuestion()) chosen = [...new Set(chosen.map((place) => addresses[place].question))];
  list.replaceChildren();
  shown = 0;
  show();
}

const byQuestion = () => Boolean(form.elements.list && form.elements.list.value);

function show() {
  const next = chosen.slice(shown, shown + PAGE);
  const [what, all, draw] = byQuestion() ? ["questions", questionPlaces.size, questionEntry] : ["answers", rows.length, answerEntry];
  list.append(...next.map(draw));
  shown += next.length;
  const format = (n) => n.toLocaleString("en");
  count.textContent = chosen.length === all ? `${format(all)} ${what}` : `${format(chosen.length)} of ${format(all)} ${what}`;
  if (!chosen.length) count.textContent += ": no answer matches, clear a filter";
  more.parentElement.hidden = shown >= chosen.length;
  more.textContent = `Show ${Math.min(PAGE, chosen.length - shown)} more`;
}

function answerEntry(place) {
  const row = rows[place];
  const label = labels[place];
  const who = [severalRuns ? label.run : "", label.model, label.character, label.experiment, label.type, text(row.id)];
  const said = row.reply === undefined ? "(no answer)" : short(text(row.reply)) || "(empty)";
  return entry(answerHash(place), [outcomeOf(row), row, said, who], () => trace(unpack(row), place));
}

function questionEntry(question) {
  const places = questionPlaces.get(question);
  const label = labels[places[0]];
  const outcomesFound = places.map((place) => labels[place].outcome);
  const right = outcomesFound.filter((outcome) => outcome === "right").length;
  const judged = outcomesFound.some((outcome) => outcome === "right" || outcome === "wrong");
  const outcomes = places.map((place) => `${modelName(rows[place])}: ${labels[place].outcome}`).join(" · ");
  const first = make("span", { class: "verdict" }, judged ? `${right} of ${places.length} right` : `${places.length} answers`);
  const who = [label.character, label.experiment, label.type, question];
  return entry(questionHash(question), [first, rows[places[0]], outcomes, who], () => comparison(question));
}

// An entry that is opened becomes the page's address, so that it can be linked to.
function entry(hash, [first, row, said, who], draw) {
  const node = make("details", { class: "entry" },
    make("summary", {}, first,
      make("span", { class: "asked" }, short(text(row.question) || text(row.asked))),
      make("span", { class: "said" }, said),
      make("span", { class: "who" }, [...new Set(who.filter(Boolean))].join(" · "))));
  node.addEventListener("toggle", () => {
    if (node.open && node.children.length === 1) node.append(draw());
    if (node.open) history.replaceState(null, "", hash);
    else if (location.hash === hash) history.replaceState(null, "", link(""));
  });
  return node;
}

// Shows the answer or question of the page's address above the list, whatever the filters hide.
let opener = null;
function openLinked() {
  const found = /^#(answer|question)=(.*)$/.exec(location.hash);
  if (!found) return;
  let address = found[2];
  try { address = decodeURIComponent(address); } catch { /* not encoded: taken as it is */ }
  const places = (found[1] === "answer" ? answerPlaces : questionPlaces).get(address);
  const close = make("button", { type: "button" }, "Close");
  close.addEventListener("click", closeLinked);
  const title = !places ? `Not in this report: ${address}` : found[1] === "answer" ? "Linked answer" : `One question, ${places.length} answers`;
  const shownNode = !places ? make("p", {}, "The link names an answer that this report does not have.")
    : found[1] === "answer" ? answerEntry(places[0]) : comparison(address);
  if (places && found[1] === "answer") shownNode.open = true;
  if (!linked.contains(document.activeElement)) opener = document.activeElement;
  linked.replaceChildren(make("div", { class: "linked-head" }, make("h3", {}, title), close), shownNode);
  linked.hidden = false;
  linked.setAttribute("aria-label", title);
  linked.scrollIntoView({ block: "start" });
  linked.focus({ preventScroll: true });
}

function closeLinked() {
  linked.hidden = true;
  linked.replaceChildren();
  history.replaceState(null, "", link(""));
  const back = opener && opener !== document.body && opener.isConnected ? opener : form.elements.text;
  back.focus();
}

linked.addEventListener("keydown", (event) => { if (event.key === "Escape") closeLinked(); });

let waiting = 0;
form.addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(filter, event.target.name === "text" ? 120 : 0);
});
form.addEventListener("reset", () => setTimeout(filter, 0));
form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
more.addEventListener("click", show);
// Print collapsed charts too, but not the long tables by character.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.onprint:not([open])")];
  for (const node of opened) node.open = true;
});
addEventListener("afterprint", () => { for (const node of opened) node.open = false; });
for (const box of document.querySelectorAll("main .box")) tableTools(box);
addEventListener("hashchange", openLinked);
browser.addEventListener("click", (event) => {
  const target = event.target.closest("a");
  if (target && target.hash === location.hash) openLinked(); // the address does not change
});
browser.hidden = false;
filter();
openLinked();
