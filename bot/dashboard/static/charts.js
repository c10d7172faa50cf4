// Draws each chart from the specification within it. Nothing is fetched, and nothing is made into code.
"use strict";

const LINE = 16; // pixels of a line of a label
const LETTER = 6.2; // pixels of a letter, on average
const NARROW = 400; // pixels
const MOST_LETTERS = 40; // in a line

// The lines of a text, none longer than `most` letters.
function wrapped(text, most) {
  const lines = [""];
  for (const word of text.split(/\s+/).flatMap((one) => one.match(new RegExp(`.{1,${most}}`, "gu")) || [])) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length > most) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = longer;
    }
  }
  return lines;
}

// Breaks the names of bars so that they leave half of the width to the bars, and makes the bars as high as their names.
function fitNames(spec, width) {
  const sides = [spec, ...(spec.layer || [])].map((one) => one.encoding && one.encoding.y);
  const named = sides.filter((y) => y && y.axis && Array.isArray(y.sort));
  if (!named.length) {
    return;
  }
  const most = Math.max(12, Math.min(MOST_LETTERS, Math.floor((width * 0.45) / LETTER)));
  const fitted = (name) => wrapped(name, most).join("\n");
  for (const y of named) {
    y.sort = y.sort.map(fitted);
    y.axis.labelLimit = 0;
  }
  for (const rows of Object.values(spec.datasets || {})) {
    for (const row of rows) {
      row[named[0].field] = fitted(row[named[0].field]);
    }
  }
  const names = named[0].sort;
  spec.height = names.length * (18 + LINE * Math.max(...names.map((name) => name.split("\n").length)));
}

for (const place of document.querySelectorAll(".chart")) {
  const spec = JSON.parse(place.querySelector("script").textContent);
  const canvas = document.createElement("div");
  canvas.className = "drawn";
  canvas.setAttribute("aria-hidden", "true"); // its place has the words, and its parts would be read without any
  place.append(canvas);
  fitNames(spec, place.clientWidth);
  if (place.clientWidth < NARROW) {
    spec.config.legend = { ...spec.config.legend, columns: 1 };
  }
  const options = { actions: false, ast: true, defaultStyle: false, renderer: "svg", tooltip: false };
  window
    .vegaEmbed(canvas, spec, options)
    .then(() => {
      place.dataset.drawn = "true";
    })
    .catch((error) => {
      console.error(error);
      place.removeAttribute("role");
      place.removeAttribute("aria-label");
      canvas.removeAttribute("aria-hidden");
      canvas.textContent = "The chart could not be drawn. Its figures are in the table.";
    });
}
