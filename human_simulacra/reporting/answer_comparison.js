// One question across methods: its text and options once, then the reply of each method and what it retrieved.

// Runs of other data or seeds can ask a question of the same id with other words or options: each wording stands for itself.
function wordings(places) {
  const groups = new Map();
  for (const place of places) {
    const row = rows[place];
    const key = JSON.stringify([row.question ?? row.asked, row.options, row.answer]);
    groups.set(key, [...(groups.get(key) || []), place]);
  }
  return [...groups.values()].map((group) => group.map((place) => ({ place, row: unpack(rows[place]) })));
}

function comparison(question) {
  const status = make("span", { class: "meta", role: "status" });
  const groups = wordings(questionPlaces.get(question));
  const written = () => groups.map((answers) => [
    questionLines(answers[0].row).join("\n"), ...answers.map(({ row, place }) => replyLines(row, place).join("\n")),
  ].join("\n\n")).join("\n\n");
  return make("div", { class: "comparison" },
    make("p", { class: "tools" }, copyButton("Copy text", written, status), copyButton("Copy link", () => link(questionHash(question)), status), status),
    ...groups.flatMap(wording));
}

function wording(answers) {
  const { row } = answers[0];
  const choosers = (i) => answers.filter((answer) => isChosen(answer.row, i)).map(({ place }) => modelName(rows[place]));
  const evidence = row.evidence ? make("p", { class: "meta" }, `Evidence of the question: ${row.evidence.join(", ")}`) : null;
  return [
    make("p", { class: "question" }, row.question || row.asked || ""),
    row.options ? optionList(row, (i) => (choosers(i).length ? `chosen by ${choosers(i).join(", ")}` : "")) : null,
    !row.options && row.answer !== undefined ? make("p", {}, make("span", { class: "meta" }, "Accepted answers: "), acceptedAnswers(row.answer)) : null,
    evidence,
    make("div", { class: "methods" }, ...answers.map(method)),
  ].filter(Boolean);
}

function method({ row, place }) {
  const { points, full } = row.scores || {};
  const chosen = (row.options || []).map((_, i) => i).filter((i) => isChosen(row, i)).map(letter).join(", ");
  const about = [chosen && `chose ${chosen}`, full ? `${points} of ${full} ${full === 1 ? "point" : "points"}` : ""].filter(Boolean).join(" · ");
  return make("article", { class: "method" },
    make("h4", {}, modelName(rows[place])),
    make("p", {}, outcomeOf(rows[place]), about ? make("span", { class: "meta" }, ` ${about}`) : null),
    row.reply === undefined ? make("p", { class: "meta" }, row.error || "(no answer)") : block(row.reply || "(empty)"),
    row.memories && row.evidence ? make("p", { class: "meta" }, `Evidence ${evidenceCount(row)}`) : null,
    ...(row.memories || []).map(foldedMemory),
    make("p", {}, make("a", { href: answerHash(place) }, "Whole answer")));
}

function foldedMemory([id, score, words, paragraphs, found]) {
  const marked = found.some(Boolean) ? evidenceTags(paragraphs.filter((_, i) => found[i]), found.filter(Boolean)) : [];
  const first = make("span", {}, short(words, 110));
  return make("details", { class: "memory" },
    make("summary", {}, make("span", { class: "meta" }, `${id}, score ${Number(score).toFixed(3)} `), ...marked, first), block(words));
}
