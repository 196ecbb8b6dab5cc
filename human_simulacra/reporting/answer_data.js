// The answers of the report and their addresses. Model output enters the page through textContent, never as HTML.
const { lines, rows } = JSON.parse(document.getElementById("data").textContent);

const text = (packed) => (packed === undefined || packed === null ? "" : packed.split(",").map((n) => lines[parseInt(n, 36)]).join("\n"));

function unpack(value) {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return value.map(unpack);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unpack(inner)]));
  return value;
}

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// A search tests each distinct line once, then finds the rows that contain a matching line.
function contains(value, found) {
  if (typeof value === "string") return value.split(",").some((n) => found[parseInt(n, 36)]);
  if (value && typeof value === "object") return Object.values(value).some((inner) => contains(inner, found));
  return false;
}

// The address of a question is DATASET/ID, that of an answer MODEL/DATASET/ID; later runs of a question end with @2, @3 ...
const severalRuns = new Set(rows.map((row) => row.run)).size > 1;
const addresses = rows.map((row) => {
  const again = row.scores && row.scores.run > 1 ? `@${row.scores.run}` : "";
  const question = `${text(row.dataset)}/${text(row.id)}${again}`;
  return { question, answer: `${severalRuns ? `${text(row.run)}/` : ""}${text(row.model)}/${question}` };
});
const answerPlaces = new Map();
const questionPlaces = new Map();
addresses.forEach(({ question, answer }, place) => {
  if (!answerPlaces.has(answer)) answerPlaces.set(answer, [place]);
  if (!questionPlaces.has(question)) questionPlaces.set(question, []);
  questionPlaces.get(question).push(place);
});

const answerHash = (place) => `#answer=${encodeURIComponent(addresses[place].answer)}`;
const questionHash = (question) => `#question=${encodeURIComponent(question)}`;
const modelName = (row) => (severalRuns ? `${text(row.run)} · ` : "") + text(row.model);
const outcomeOf = (row) => make("span", { class: "verdict " + text(row.outcome).split(" ")[0] }, text(row.outcome));
const short = (words, most = 240) => (words.length > most ? words.slice(0, most) + " ..." : words);
const letter = (index) => String.fromCharCode(65 + index);
