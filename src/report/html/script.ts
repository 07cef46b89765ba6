/**
 * The page's script: choosing a model, folding, sorting, searching, and the confusion matrices. Without it everything but
 * the matrices is still there to read. It takes its data from the page, loads nothing and stores nothing.
 */

export const SCRIPT = String.raw`
'use strict';
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// The parts of one model at a time.
const choice = document.querySelector('#model');
const showModel = () => {
  for (const part of all('[data-model]')) part.hidden = part.dataset.model !== choice.value;
};
if (choice) {
  choice.addEventListener('change', showModel);
  showModel();
}

// Folding.
for (const button of all('[data-fold]')) {
  button.addEventListener('click', () => {
    const open = button.dataset.fold === 'open';
    all('details', button.closest('.tree')).forEach((fold, i) => { fold.open = open || i === 0; });
  });
}

// What is wider than its box fades at the right, where it can be scrolled to.
for (const box of all('.wide, .figure, nav ul')) {
  const mark = () => box.classList.toggle('more', box.scrollWidth - box.clientWidth - box.scrollLeft > 2);
  box.addEventListener('scroll', mark, { passive: true });
  const observer = new ResizeObserver(mark);
  for (const sized of [box, ...box.children]) observer.observe(sized);
}

// Sorting: numbers from the greatest, texts from A; what has no number stays last. Searching: any word of a row.
for (const part of all('.classes')) {
  const body = part.querySelector('tbody');
  const rows = [...body.rows];
  const heads = all('th button', part.querySelector('thead'));
  heads.forEach((button, column) => {
    const head = button.parentElement;
    const numeric = head.classList.contains('number');
    button.addEventListener('click', () => {
      const before = head.getAttribute('aria-sort');
      const down = before ? before === 'ascending' : numeric;
      for (const other of heads) other.parentElement.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const sign = down ? -1 : 1;
      const value = (row) => numeric ? row.cells[column].dataset.value : row.cells[column].textContent.trim();
      const compare = (a, b) => {
        const [x, y] = [value(a), value(b)];
        if (x === '' || y === '') return (x === '') - (y === '');
        return sign * (numeric ? x - y : x.localeCompare(y, 'en'));
      };
      body.append(...rows.sort(compare));
    });
  });
  const search = part.querySelector('input');
  const told = part.querySelector('output');
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown++;
    }
    const whole = rows.length.toLocaleString('en') + ' classes';
    told.textContent = shown === rows.length ? whole : shown.toLocaleString('en') + ' of ' + whole;
  };
  search.addEventListener('input', apply);
  apply();
}

// Confusion matrices.
const RAMPS = {
  light: {
    hits: ['#d6e6f4', '#8fc1e0', '#4292c6', '#1460a8', '#08306b'],
    misses: ['#fde0c5', '#fbb677', '#f0802f', '#c84d08', '#7f2704'],
  },
  dark: {
    hits: ['#17354d', '#1f5f94', '#3d90cf', '#8cc4ef', '#dcefff'],
    misses: ['#4a280f', '#8a4712', '#d0701f', '#f7ab63', '#ffe3c4'],
  },
};
const darkScreen = matchMedia('screen and (prefers-color-scheme: dark)');
let onPaper = false;
const PAPER_WIDTH = 700;
const ramps = () => darkScreen.matches && !onPaper ? RAMPS.dark : RAMPS.light;
const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
const mixed = (stops, position) => {
  const place = Math.max(0, Math.min(1, position)) * (stops.length - 1);
  const below = Math.min(Math.floor(place), stops.length - 2);
  const channel = (stop, at) => parseInt(stop.slice(at, at + 2), 16);
  const mix = (at) => {
    const from = channel(stops[below], at);
    return Math.round(from + (channel(stops[below + 1], at) - from) * (place - below));
  };
  return 'rgb(' + [1, 3, 5].map(mix) + ')';
};
const fitted = (canvas, width, height) => {
  const dense = Math.max(1, Math.min(3, onPaper ? 3 : devicePixelRatio || 1, 8000 / Math.max(width, height)));
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(height * dense);
  canvas.style.width = width + 'px';
  canvas.style.height = height + 'px';
  const pen = canvas.getContext('2d');
  pen.scale(dense, dense);
  return pen;
};
const shortened = (pen, text, width) => {
  if (pen.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && pen.measureText(text.slice(0, length) + '…').width > width) length--;
  return text.slice(0, length) + '…';
};

const tip = document.createElement('div');
tip.className = 'tip';
tip.hidden = true;
document.body.append(tip);

const redraws = [];
for (const part of all('.confusion')) {
  const [beside, canvas] = part.querySelectorAll('.wide canvas');
  const wrapper = canvas.parentElement;
  const told = part.querySelector('output');
  const { names, images, cells, blocks, labels } = JSON.parse(part.querySelector('script').textContent);
  const n = names.length;
  const counts = new Map();
  for (let i = 0; i < cells.length; i += 3) counts.set(cells[i] * n + cells[i + 1], cells[i + 2]);
  let chosen;
  // Cells in pixels: on the screen large enough to point at, on paper as they fit.
  let cell = 0;
  const draw = () => {
    if (wrapper.clientWidth === 0) return;
    const room = onPaper ? PAPER_WIDTH : wrapper.clientWidth;
    const narrow = room < 600;
    const roomy = Math.min(28, (room - (narrow ? 0 : 150)) / n);
    const least = n > 300 ? 2 : n > 150 ? 3 : 5;
    cell = roomy >= 11 ? Math.floor(roomy) : onPaper ? roomy : Math.max(least, Math.floor(roomy * 2) / 2);
    const side = cell * n;
    // They stay where they are when the matrix is scrolled: names of classes where the cells are high enough, else of nodes.
    const named = cell >= 11;
    const left = named || labels.length > 0 ? (narrow ? 96 : 150) : 0;
    wrapper.classList.toggle('large', !onPaper && left + side + 2 > room);
    const pen = fitted(canvas, side + 2, side + 2);
    const { hits, misses } = ramps();
    const [line, text] = onPaper ? ['#bbbbbb', '#222222'] : [ink('--quiet'), ink('--ink')];
    pen.translate(1, 1);
    pen.fillStyle = onPaper ? '#f4f5f6' : ink('--soft');
    pen.fillRect(0, 0, side, side);
    const gap = cell >= 5 ? 0.5 : 0;
    for (const [key, count] of counts) {
      const row = Math.floor(key / n);
      const column = key % n;
      pen.fillStyle = mixed(row === column ? hits : misses, Math.sqrt(count / images[row]));
      pen.fillRect(column * cell + gap, row * cell + gap, cell - 2 * gap, cell - 2 * gap);
    }
    pen.strokeStyle = line;
    pen.lineWidth = 1;
    for (const [first, size] of blocks) {
      if (size > 1) pen.strokeRect(first * cell, first * cell, size * cell, size * cell);
    }
    pen.strokeRect(0, 0, side, side);
    beside.hidden = left === 0;
    const scribe = fitted(beside, left, side + 2);
    scribe.translate(left, 1);
    scribe.font = (named ? 11 : 10.5) + 'px system-ui, sans-serif';
    scribe.fillStyle = text;
    scribe.textAlign = 'right';
    scribe.textBaseline = 'middle';
    const write = (name, y) => scribe.fillText(shortened(scribe, name, left - 12), -8, y);
    if (named) names.forEach((name, i) => write(name, (i + 0.5) * cell));
    else {
      let last = -Infinity;
      for (const [first, size, name] of labels) {
        const y = (first + size / 2) * cell;
        if (y - last < 12 || size * cell < 8) continue;
        write(name, y);
        scribe.fillRect(-4, first * cell + 1, 1.5, size * cell - 2);
        last = y;
      }
    }
    if (chosen) {
      pen.strokeStyle = text;
      pen.lineWidth = 2;
      pen.strokeRect(chosen[1] * cell - 1, chosen[0] * cell - 1, cell + 2, cell + 2);
    }
    for (const key of all('.key', part)) {
      const stops = key.dataset.key === 'hits' ? hits : misses;
      const brush = fitted(key, 120, 12);
      for (let x = 0; x < 120; x++) {
        brush.fillStyle = mixed(stops, Math.sqrt((x + 0.5) / 120));
        brush.fillRect(x, 0, 1.5, 12);
      }
    }
  };
  const describe = ([row, column]) => {
    const count = counts.get(row * n + column) || 0;
    const share = images[row] === 0 ? '–' : (100 * count / images[row]).toFixed(1) + ' %';
    const what = row === column ? names[row] + ', right' : names[row] + '\ntaken for ' + names[column];
    return what + '\n' + count.toLocaleString('en') + ' of ' + images[row].toLocaleString('en') + ' images, ' + share;
  };
  const choose = (place) => {
    chosen = place;
    if (place) told.textContent = describe(place).replaceAll('\n', ', ').replace(', taken for', ' taken for');
    requestAnimationFrame(draw);
  };
  const reveal = ([row, column]) => {
    const nearest = (now, from, room) => Math.min(from, Math.max(now, from + cell + 2 - room));
    wrapper.scrollLeft = nearest(wrapper.scrollLeft, column * cell, wrapper.clientWidth - beside.clientWidth);
    wrapper.scrollTop = nearest(wrapper.scrollTop, row * cell, wrapper.clientHeight);
  };
  const placeOf = (event) => {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - 1) / cell);
    const row = Math.floor((event.clientY - box.top - 1) / cell);
    return row >= 0 && row < n && column >= 0 && column < n ? [row, column] : undefined;
  };
  const point = (event) => {
    const place = placeOf(event);
    tip.hidden = !place;
    if (!place) return;
    if (!chosen || chosen[0] !== place[0] || chosen[1] !== place[1]) {
      tip.textContent = describe(place);
      choose(place);
    }
    const { width, height } = tip.getBoundingClientRect();
    const beside = event.clientX + 14 + width > innerWidth ? event.clientX - 14 - width : event.clientX + 14;
    tip.style.left = Math.max(4, beside) + 'px';
    tip.style.top = (event.clientY + 16 + height > innerHeight ? event.clientY - 12 - height : event.clientY + 16) + 'px';
  };
  canvas.addEventListener('pointermove', point);
  canvas.addEventListener('pointerdown', point);
  canvas.addEventListener('pointerleave', () => { tip.hidden = true; choose(undefined); });
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  canvas.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const to = (at, by) => Math.max(0, Math.min(n - 1, at + by));
    choose(chosen ? [to(chosen[0], step[0]), to(chosen[1], step[1])] : [0, 0]);
    reveal(chosen);
  });
  // Also when it is shown after being hidden. Its own drawing changes the height alone.
  let drawnFor = 0;
  const observer = new ResizeObserver(() => {
    if (wrapper.clientWidth === drawnFor) return;
    drawnFor = wrapper.clientWidth;
    requestAnimationFrame(draw);
  });
  observer.observe(wrapper);
  redraws.push(draw);
}
const redraw = () => { for (const draw of redraws) draw(); };
darkScreen.addEventListener('change', redraw);
addEventListener('beforeprint', () => { onPaper = true; redraw(); });
addEventListener('afterprint', () => { onPaper = false; redraw(); });
`;
