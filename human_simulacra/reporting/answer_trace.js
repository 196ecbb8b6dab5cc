// One answer with its trace.
const heading = (words) => make("h4", {}, words);
const block = (words) => make("pre", { tabindex: "0" }, words);
const fold = (name, ...children) => make("details", {}, make("summary", {}, name), ...children);

function trace(row, place) {
  const box = make("div", { class: "trace" }, answerTools(row, place));
  const part = (name, value, draw = block) => {
    if (value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && !value.length)) box.append(heading(name), draw(value));
  };
  part("Error", row.error);
  part("Reply", row.reply);
  if (row.options) part("Options as shown", row.options, () => optionList(row, (i) => (isChosen(row, i) ? "chosen" : "")));
  else part("Accepted answers", row.answer, (answer) => make("p", {}, acceptedAnswers(answer)));
  part("Options by log-likelihood", row.choices, choices);
  const { judgements, ...scores } = row.scores || {};
  part("Judgements", judgements, cards);
  if (Object.keys(scores).length) part("Scores and columns", scores, values);
  part("Retrieved memories, most relevant first", row.memories, (memories) => {
    const about = row.evidence ? make("p", { class: "meta" }, `Evidence of the question: ${row.evidence.join(", ")}; ${evidenceCount(row)}`) : null;
    return make("div", {}, about, make("ol", {}, ...memories.map(memory)));
  });
  if (row.evidence && !row.memories) part("Evidence of the question", row.evidence.join(", "), (words) => make("p", {}, words));
  part("Thoughts", row.thoughts);
  part("Emotions", row.feelings);
  part("Problems", row.problems, (problems) => make("ul", {}, ...problems.map((p) => make("li", {}, p))));
  box.append(heading("Prompts and calls"));
  if (row.asked) box.append(fold("Prompt of the row", block(row.asked)));
  if (row.persona) box.append(fold("System prompt", block(row.persona)));
  for (const [agent, prompt, answer, read, cached, written, seconds, estimated, repeated] of row.calls || []) {
    const about = estimated ? "about " : "";
    const took = `${about}${read} prompt tokens (${cached} cached), ${about}${written} completion tokens, ${seconds.toFixed(2)} s${repeated ? ", from the call cache" : ""}`;
    box.append(fold(`${agent}: ${took}`, make("p", { class: "meta" }, "prompt"), block(prompt), make("p", { class: "meta" }, "completion"), block(answer)));
  }
  if (row.method || row.answering) box.append(make("p", { class: "meta" }, [row.method && `method ${row.method}`, row.answering && `answering by ${row.answering}`].filter(Boolean).join(", ")));
  return box;
}

const isRight = (row, index) => [].concat(row.answer ?? []).includes(index);
const isChosen = (row, index) => [].concat((row.scores || {}).chosen ?? []).includes(index);
const acceptedAnswers = (answer) => [].concat(answer).map(formatValue).join(" / ");

// `about` says what else to note of an option.
function optionList(row, about) {
  return make("ol", { type: "A", class: "options" }, ...row.options.map((option, i) => {
    const said = [isRight(row, i) ? "right" : "", about(i)].filter(Boolean).join(", ");
    return make("li", isRight(row, i) ? { class: "key-answer" } : {}, String(option), said ? make("span", { class: "meta" }, ` (${said})`) : null);
  }));
}

function evidenceCount(row) {
  const retrieved = new Set(row.memories.flatMap((m) => m[3].filter((_, i) => m[4][i])));
  return `retrieved: ${retrieved.size} of ${row.evidence.length}`;
}

function evidenceTags(paragraphs, found) {
  return paragraphs.map((p, i) => make("span", { class: found[i] ? "tag evidence" : "tag" }, found[i] ? `${p} ✓ evidence` : p));
}

function memory([id, score, words, paragraphs, found]) {
  const about = make("span", { class: "meta" }, `${id}, score ${Number(score).toFixed(3)} `);
  return make("li", {}, about, ...evidenceTags(paragraphs, found), make("pre", { tabindex: "0" }, words));
}

function choices(found) {
  const keys = [...new Set(found.flatMap((choice) => Object.keys(choice)))];
  const cell = (value) => (typeof value === "number" ? String(Math.round(value * 1000) / 1000) : formatValue(value));
  return make("div", { class: "box", tabindex: "0" }, make("table", {},
    make("thead", {}, make("tr", {}, ...keys.map((key) => make("th", {}, key)))),
    make("tbody", {}, ...found.map((choice) => make("tr", {}, ...keys.map((key) => make("td", typeof choice[key] === "number" ? { class: "num" } : {}, cell(choice[key]))))))));
}

// Objects with long texts: the short values form the title, the long ones are collapsed.
function cards(found) {
  return make("div", {}, ...[].concat(found).map((card) => {
    const fields = Object.entries(card).filter(([, value]) => value !== null && value !== "");
    const long = fields.filter(([, value]) => typeof value === "string" && (value.length > 60 || value.includes("\n")));
    const name = fields.filter((field) => !long.includes(field)).map(([key, value]) => `${key.replaceAll("_", " ")}: ${formatValue(value)}`).join(", ");
    return fold(name || "judgement", ...long.flatMap(([key, value]) => [make("p", { class: "meta" }, key.replaceAll("_", " ")), block(value)]));
  }));
}

// The columns of any experiment; lists of objects, such as judgements, become tables.
function values(columns) {
  const node = make("dl", {});
  for (const [key, value] of Object.entries(columns)) {
    const table = Array.isArray(value) && value.length && value.every((v) => v && typeof v === "object" && !Array.isArray(v));
    const long = table && value.some((v) => Object.values(v).some((inner) => typeof inner === "string" && inner.length > 80));
    const drawn = long ? cards(value) : table ? choices(value) : typeof value === "string" && value.length > 120 ? block(value) : formatValue(value);
    node.append(make("dt", {}, key.replaceAll("_", " ")), make("dd", {}, drawn));
  }
  return node;
}

function formatValue(value) {
  if (Array.isArray(value)) return value.map(formatValue).join(", ");
  if (value && typeof value === "object") return Object.entries(value).map(([key, inner]) => `${key}: ${formatValue(inner)}`).join("; ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null || value === undefined ? "" : String(value);
}
