/**
 * What a reader does with the page: choosing a model, folding, sorting and searching. Without this script everything but
 * the confusion matrices is still there to read. It takes its data from the page, loads nothing and stores nothing.
 */
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
    all('details', button.closest('.tree')).forEach((fold, i) => {
      fold.open = open || i === 0;
    });
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
      const value = (row) => (numeric ? row.cells[column].dataset.value : row.cells[column].textContent.trim());
      const compare = (a, b) => {
        const [x, y] = [value(a), value(b)];
        if (x === '' || y === '') return (x === '') - (y === '');
        return sign * (numeric ? x - y : x.localeCompare(y, 'en'));
      };
      body.append(...rows.sort(compare));
    });
  });
  const search = part.querySelector('input');
  const status = part.querySelector('output');
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown++;
    }
    const whole = `${rows.length.toLocaleString('en')} classes`;
    status.textContent = shown === rows.length ? whole : `${shown.toLocaleString('en')} of ${whole}`;
  };
  search.addEventListener('input', apply);
  apply();
}
