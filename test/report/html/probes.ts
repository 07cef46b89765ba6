/**
 * A script for the page under test: `probes` measures what a reader would see. It is put in before the page's own script,
 * so that it also learns what is written on canvases. Each probe gives a list of what is wrong, empty if nothing is.
 */

export const PROBES = String.raw`
'use strict';
globalThis.probes = (() => {
  const written = new Map();
  const fillText = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const { a, d, e, f } = this.getTransform();
    const { width } = this.measureText(text);
    const right = this.textAlign === 'right' ? x : x + width;
    const own = written.get(this.canvas) ?? new Map();
    written.set(this.canvas, own);
    const scale = this.canvas.width / this.canvas.clientWidth;
    own.set(text + ' ' + y, {
      text, left: (a * (right - width) + e) / scale, right: (a * right + e) / scale, middle: (d * y + f) / scale,
    });
    return fillText.apply(this, arguments);
  };

  // Measures each key once, as long as one probe runs: what it measures changes between probes.
  const once = (measure) => {
    const known = new Map();
    return (key) => {
      if (!known.has(key)) known.set(key, measure(key));
      return known.get(key);
    };
  };

  // Text nodes that are shown.
  const texts = (root) => {
    const found = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (node.data.trim() === '' || element.closest('script, style, option, .unseen') || !element.checkVisibility()) continue;
      found.push(node);
    }
    return found;
  };
  // The lines of a text node.
  const linesOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter(({ left, right }) => right > left).map(({ left, right, top, bottom }) =>
      ({ text: node.data.trim(), element: node.parentElement, left, right, top, bottom }));
  };
  const lines = (root) => texts(root).flatMap(linesOf);
  const pictures = () => [...document.querySelectorAll('img, canvas, svg')]
    .filter((element) => element.checkVisibility() && element.clientWidth > 0)
    .map((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { text: element.outerHTML.slice(0, 60), element, left, right, top, bottom };
    });
  const say = ({ text, left, right, top }) => text + ' at ' + [left, right, top].map(Math.round).join(' ');

  // Cut off by a box, or out of what the page or a box can be scrolled to; on paper nothing can be scrolled.
  const unreachable = (paper) => {
    // The nearest box around an element that cuts off or scrolls what is in it.
    const boxAround = once((element) => {
      const box = element.parentElement;
      if (!box || box === document.documentElement) return undefined;
      const { overflowX } = getComputedStyle(box);
      if (overflowX === 'visible') return boxAround(box);
      const frame = box.getBoundingClientRect();
      const scrolled = !paper && (overflowX === 'auto' || overflowX === 'scroll');
      const [wide, high] = scrolled ? [box.scrollWidth, box.scrollHeight] : [box.clientWidth, box.clientHeight];
      return { box, frame, scrolled, wide, high, x: frame.left - box.scrollLeft, y: frame.top - box.scrollTop };
    });
    return [...lines(document.body), ...pictures()].filter((item) => {
      let { left, right, top, bottom } = item;
      for (let around = boxAround(item.element); around; around = boxAround(around.box)) {
        const { frame, scrolled, wide, high, x, y } = around;
        if (left < x - 1 || right > x + wide + 1 || top < y - 2 || bottom > y + high + 2) return true;
        if (scrolled) ({ left, right, top, bottom } = frame);
      }
      return left < -1 || right > document.documentElement.clientWidth + 1;
    }).map(say);
  };

  // Pairs of texts that cover each other by more than a pixel.
  const overlaps = () => {
    const items = lines(document.querySelector('main')).sort((a, b) => a.top - b.top);
    const found = [];
    let open = [];
    for (const item of items) {
      open = open.filter(({ bottom }) => bottom > item.top + 2);
      for (const other of open) {
        if (Math.min(other.right, item.right) - Math.max(other.left, item.left) > 1) found.push(say(other) + ' under ' + say(item));
      }
      open.push(item);
    }
    return found;
  };

  // Names beside a matrix that run into each other or out of their canvas.
  const crowded = () => [...written].flatMap(([canvas, own]) => {
    const names = [...own.values()].sort((a, b) => a.middle - b.middle);
    return names.filter(({ left, right, middle }, i) =>
      left < 0 || right > canvas.clientWidth || (i > 0 && middle - names[i - 1].middle < 11)).map(({ text }) => text);
  });
  const names = () => [...written.values()].reduce((sum, own) => sum + own.size, 0);

  // Texts that are too pale (WCAG 2: contrast below 4.5) or too small.
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).slice(0, 3).map((value) => value / 255)
      .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const illegible = () => {
    const lightOf = once(light);
    const ground = once((element) => {
      const colour = getComputedStyle(element).backgroundColor;
      return (numbers(colour)[3] ?? 1) === 0 && element.parentElement ? ground(element.parentElement) : colour;
    });
    const fault = once((element) => {
      const { color, fontSize } = getComputedStyle(element);
      const [dark, bright] = [lightOf(color), lightOf(ground(element))].sort((a, b) => a - b);
      const contrast = (bright + 0.05) / (dark + 0.05);
      return contrast < 4.5 || parseFloat(fontSize) < 11 ? ', contrast ' + contrast.toFixed(1) + ', ' + fontSize : '';
    });
    return texts(document.body).filter(({ parentElement }) => fault(parentElement) !== '').flatMap(linesOf)
      .map((item) => say(item) + fault(item.element));
  };

  // Colours of the middles of cells of the matrix that is shown.
  const coloursOf = (cells, classes) => {
    const canvas = [...document.querySelectorAll('.matrix')].find(({ clientWidth }) => clientWidth > 0);
    const scale = canvas.width / canvas.clientWidth;
    const cell = (canvas.clientWidth - 2) / classes;
    const at = (place) => Math.round((1 + (place + 0.5) * cell) * scale);
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return cells.map(([row, column]) => {
      const first = 4 * (at(row) * canvas.width + at(column));
      return data.slice(first, first + 3).join(' ');
    });
  };

  return { unreachable, overlaps, crowded, names, illegible, coloursOf };
})();
`;
