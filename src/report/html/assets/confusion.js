/**
 * The confusion matrices: drawn on canvases from the JSON beside them, and explained cell by cell under the pointer or
 * the arrow keys.
 */
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Colours of shares from near 0 to 1. */
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
/** Whether the page is being printed. */
let onPaper = false;
/** Pixels across a printed page. */
const PAPER_WIDTH = 700;
const ramps = () => (darkScreen.matches && !onPaper ? RAMPS.dark : RAMPS.light);
const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);

/** The colour at a position from 0 to 1 between equally spaced stops. */
const mixed = (stops, position) => {
  const at = Math.max(0, Math.min(1, position)) * (stops.length - 1);
  const below = Math.min(Math.floor(at), stops.length - 2);
  const channel = (stop, start) => parseInt(stop.slice(start, start + 2), 16);
  const mix = (start) => {
    const from = channel(stops[below], start);
    return Math.round(from + (channel(stops[below + 1], start) - from) * (at - below));
  };
  return `rgb(${[1, 3, 5].map(mix)})`;
};

/** Sizes a canvas in CSS pixels, at the density of the screen, and returns its context. */
const fitted = (canvas, width, height) => {
  const dense = Math.max(1, Math.min(3, onPaper ? 3 : devicePixelRatio || 1, 8000 / Math.max(width, height)));
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(height * dense);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext('2d');
  pen.scale(dense, dense);
  return pen;
};

/** The text, cut with an ellipsis where it is wider than `width` pixels. */
const shortened = (pen, text, width) => {
  if (pen.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && pen.measureText(`${text.slice(0, length)}…`).width > width) length--;
  return `${text.slice(0, length)}…`;
};

const tip = document.createElement('div');
tip.className = 'tip';
tip.hidden = true;
document.body.append(tip);

/** One function a matrix. */
const redraws = [];
for (const part of all('.confusion')) {
  const [beside, canvas] = part.querySelectorAll('.wide canvas');
  const wrapper = canvas.parentElement;
  const status = part.querySelector('output');
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
    // The names stay in sight when the matrix is scrolled: of classes where the cells are high enough, else of nodes.
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
    scribe.font = `${named ? 11 : 10.5}px system-ui, sans-serif`;
    scribe.fillStyle = text;
    scribe.textAlign = 'right';
    scribe.textBaseline = 'middle';
    const write = (name, y) => scribe.fillText(shortened(scribe, name, left - 12), -8, y);
    if (named) {
      for (const [i, name] of names.entries()) write(name, (i + 0.5) * cell);
    } else {
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
    const share = images[row] === 0 ? '–' : `${((100 * count) / images[row]).toFixed(1)} %`;
    const what = row === column ? `${names[row]}, right` : `${names[row]}\ntaken for ${names[column]}`;
    return `${what}\n${count.toLocaleString('en')} of ${images[row].toLocaleString('en')} images, ${share}`;
  };
  const choose = (position) => {
    chosen = position;
    if (position) status.textContent = describe(position).replaceAll('\n', ', ').replace(', taken for', ' taken for');
    requestAnimationFrame(draw);
  };
  const reveal = ([row, column]) => {
    const nearest = (now, from, room) => Math.min(from, Math.max(now, from + cell + 2 - room));
    wrapper.scrollLeft = nearest(wrapper.scrollLeft, column * cell, wrapper.clientWidth - beside.clientWidth);
    wrapper.scrollTop = nearest(wrapper.scrollTop, row * cell, wrapper.clientHeight);
  };
  const cellAt = (event) => {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - 1) / cell);
    const row = Math.floor((event.clientY - box.top - 1) / cell);
    return row >= 0 && row < n && column >= 0 && column < n ? [row, column] : undefined;
  };
  const point = (event) => {
    const position = cellAt(event);
    tip.hidden = !position;
    if (!position) return;
    if (!chosen || chosen[0] !== position[0] || chosen[1] !== position[1]) {
      tip.textContent = describe(position);
      choose(position);
    }
    const { width, height } = tip.getBoundingClientRect();
    const beside = event.clientX + 14 + width > innerWidth ? event.clientX - 14 - width : event.clientX + 14;
    tip.style.left = `${Math.max(4, beside)}px`;
    tip.style.top = `${event.clientY + 16 + height > innerHeight ? event.clientY - 12 - height : event.clientY + 16}px`;
  };
  canvas.addEventListener('pointermove', point);
  canvas.addEventListener('pointerdown', point);
  canvas.addEventListener('pointerleave', () => {
    tip.hidden = true;
    choose(undefined);
  });
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  canvas.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const to = (at, by) => Math.max(0, Math.min(n - 1, at + by));
    choose(chosen ? [to(chosen[0], step[0]), to(chosen[1], step[1])] : [0, 0]);
    reveal(chosen);
  });
  // Draws also when a hidden matrix is shown. Drawing itself changes only the height.
  let drawnFor = 0;
  const observer = new ResizeObserver(() => {
    if (wrapper.clientWidth === drawnFor) return;
    drawnFor = wrapper.clientWidth;
    requestAnimationFrame(draw);
  });
  observer.observe(wrapper);
  redraws.push(draw);
}
const redraw = () => {
  for (const draw of redraws) draw();
};
darkScreen.addEventListener('change', redraw);
addEventListener('beforeprint', () => {
  onPaper = true;
  redraw();
});
addEventListener('afterprint', () => {
  onPaper = false;
  redraw();
});
