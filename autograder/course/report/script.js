"use strict";
// Sorting and filtering of the tables, and pointing into the matrix. Everything can be read without this script.

const people = document.getElementById("people");
const lines = people ? [...people.tBodies[0].rows] : []; // as they stand in the file: the matrix counts them so
const tests = document.getElementById("items");
const items = tests ? [...tests.tBodies[0].rows] : [];
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

// ---- sorting: a click on the head of a column, up, then down

const value = (row, column, kind) => {
  const text = row.cells[column].innerText.trim();
  if (kind === "text") return text;
  const number = parseFloat(text.replace("−", "-"));
  return Number.isNaN(number) ? "" : number;
};

function sort(table, head) {
  const column = head.cellIndex, kind = head.dataset.kind;
  const down = head.ariaSort === "ascending" || (!head.ariaSort && kind === "number");
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.ariaSort = down ? "descending" : "ascending";
  const rows = [...table.tBodies[0].rows].map(row => [value(row, column, kind), row]);
  const filled = rows.filter(([key]) => key !== ""), empty = rows.filter(([key]) => key === "");
  filled.sort(([a], [b]) => (kind === "text" ? collator.compare(a, b) : a - b) * (down ? -1 : 1));
  table.tBodies[0].append(...[...filled, ...empty].map(([, row]) => row)); // what is empty stays last
}

for (const table of document.querySelectorAll("table.sortable")) {
  for (const head of table.tHead.rows[0].cells) {
    head.firstElementChild.addEventListener("click", () => sort(table, head));
  }
  // Numbers stand at the right of their columns.
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (head.dataset.kind !== "number") return;
    head.classList.add("number");
    for (const row of table.tBodies[0].rows) row.cells[column].classList.add("number");
  });
}

// ---- filtering: by words, by a remark, by the students that fail a test

const words = document.getElementById("words"), mark = document.getElementById("mark"), shown = document.getElementById("shown");
const told = lines.map(row => row.textContent.toLowerCase());
const remarks = row => row.lastElementChild.textContent.trim().split(", ");
let failing = null; // {places, title} of the students that fail a test

function filter() {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  lines.forEach((row, place) => {
    const shows = wanted.every(word => told[place].includes(word)) && (!mark.value || remarks(row).includes(mark.value))
      && (!failing || failing.places.has(place));
    row.hidden = !shows;
    count += shows;
  });
  shown.textContent = `${count} of ${lines.length}` + (failing ? `, who do not pass ${failing.title}` : "");
}

if (people) {
  const form = words.form;
  form.addEventListener("input", filter);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => { failing = null; setTimeout(filter); });
  for (const tile of document.querySelectorAll("[data-mark]")) {
    tile.addEventListener("click", () => { failing = null; mark.value = tile.dataset.mark; words.value = ""; filter(); });
  }
  // The arrow keys go from student to student.
  people.addEventListener("keydown", event => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    let row = event.target.closest("tbody tr");
    if (!step || !row) return;
    do row = row[step]; while (row && row.hidden);
    if (row) { row.querySelector("a").focus(); event.preventDefault(); }
  });
  filter();
}

// ---- the matrix

const cells = document.getElementById("cells");

// The states of all cells, from the picture itself: a PNG of 8 bits with one IDAT, whose lines begin with a byte of their own.
// A canvas would give colours, which some browsers change to hide who reads them.
async function states(image) {
  const bytes = Uint8Array.from(atob(image.src.split(",")[1]), char => char.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  let at = 8;
  while (view.getUint32(at + 4) !== 0x49444154) at += 12 + view.getUint32(at);
  const packed = new Blob([bytes.subarray(at + 8, at + 8 + view.getUint32(at))]);
  const raw = await new Response(packed.stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
  return new Uint8Array(raw);
}

async function matrix() {
  const image = cells.querySelector("img"), readout = document.getElementById("cell");
  const [across, along] = cells.querySelectorAll(".cross");
  const places = cells.dataset.rows.split(" ").map(Number), names = cells.dataset.words.split("|");
  const columns = items.length, rows = places.length;
  const all = await states(image);
  const state = (row, column) => all[row * (columns + 1) + column + 1];
  let row = 0, column = 0;

  function show(reveal) {
    const link = lines[places[row]].querySelector("a"), width = image.width / columns, height = image.height / rows;
    readout.textContent = `${link.textContent} · ${items[column].cells[0].textContent} · ${names[state(row, column)]}`;
    across.style.display = along.style.display = "block";
    across.style.top = `${image.offsetTop + row * height - 1}px`;
    across.style.height = `${height + 2}px`;
    along.style.left = `${column * width - 1}px`;
    along.style.width = `${width + 2}px`;
    if (reveal) {
      across.scrollIntoView({ block: "nearest", inline: "nearest" });
      cells.scrollLeft += Math.min(0, column * width - cells.scrollLeft)
        + Math.max(0, (column + 1) * width - cells.scrollLeft - cells.clientWidth);
    }
  }
  function point(event) {
    const box = image.getBoundingClientRect();
    column = Math.min(columns - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * columns)));
    row = Math.min(rows - 1, Math.max(0, Math.floor((event.clientY - box.top) / box.height * rows)));
    show(false);
  }
  const open = () => { location.href = `${lines[places[row]].querySelector("a").href}#t${column}`; };

  image.addEventListener("pointermove", point);
  image.addEventListener("click", event => { point(event); open(); });
  cells.addEventListener("focus", () => show(false));
  cells.addEventListener("keydown", event => {
    const moves = {
      ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], PageUp: [-20, 0], PageDown: [20, 0],
      Home: [-rows, 0], End: [rows, 0],
    };
    if (event.key === "Enter") open();
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    row = Math.min(rows - 1, Math.max(0, row + move[0]));
    column = Math.min(columns - 1, Math.max(0, column + move[1]));
    show(true);
  });

  items.forEach((line, test) => line.querySelector(".who").addEventListener("click", () => {
    failing = {
      places: new Set(places.filter((place, row) => [1, 2].includes(state(row, test)) && !remarks(lines[place]).includes("empty"))),
      title: line.cells[0].textContent,
    };
    words.value = mark.value = "";
    filter();
    document.getElementById("students").scrollIntoView();
    words.focus({ preventScroll: true });
  }));
  cells.dataset.ready = "true";
}

if (cells) matrix();
