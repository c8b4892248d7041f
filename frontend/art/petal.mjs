// One petal of kawung, drawn by us: a lens from near the centre (3,0) to the tip (22,0), with its seed cut out.
export const petal = "M3 0C8-7.5 17-7.5 22 0 17 7.5 8 7.5 3 0Z";
export const seeded = petal + "M8 0C11 2.4 15 2.4 18 0 15-2.4 11-2.4 8 0Z";

const turned = (path, angles) => angles.map((a) => `<path d="${path}" transform="rotate(${a})"/>`).join("");
export const four = (path, from = 45) => turned(path, [from, from + 90, from + 180, from + 270]);

const symbol = (id, body) => `<symbol id="${id}" viewBox="0 0 48 48" overflow="visible"><path fill="var(--g)" d="M-.3-.3H48.3V48.3H-.3Z"/>${body}</symbol>`;
const p = (body, extra = "") => `<g fill="var(--p)"${extra}>${body}</g>`;
const dots = (points) => points.map(([x, y, r]) => `<circle cx="${x}" cy="${y}" r="${r}"/>`).join("");

// The cloth: six squares that fit edge to edge, coloured by --g (ground) and --p (petal) of whoever uses them.
export const cloth = `<svg xmlns="http://www.w3.org/2000/svg">${[
  symbol("kawung", p(four(seeded), ' transform="translate(24 24) scale(1.42)" fill-rule="evenodd"') + p(dots([[24, 2, 2.2], [24, 46, 2.2], [2, 24, 2.2], [46, 24, 2.2], [24, 24, 2.2]]))),
  symbol("silang", p(four(petal, 0), ' transform="translate(24 24) scale(1.04)"') + p('<path d="M0 0H11A11 11 0 0 1 0 11ZM48 0V11A11 11 0 0 1 37 0ZM48 48H37A11 11 0 0 1 48 37ZM0 48V37A11 11 0 0 1 11 48Z"/>')),
  symbol("daun", p('<path d="M0 48A48 48 0 0 1 48 0 48 48 0 0 1 0 48Z"/>') + '<path fill="var(--g)" d="M9 39A37 37 0 0 1 39 9 37 37 0 0 1 9 39Z"/>' + p('<path d="M16 32A24 24 0 0 1 32 16 24 24 0 0 1 16 32Z"/>') + p(dots([[8, 8, 3], [40, 40, 3]]))),
  symbol("sisik", p('<path d="M0 48V0A48 48 0 0 1 48 48Z"/>') + '<path fill="var(--g)" d="M0 48V13A35 35 0 0 1 35 48Z"/>' + p('<path d="M0 48V25A23 23 0 0 1 23 48Z"/>') + '<path fill="var(--g)" d="M0 48V36A12 12 0 0 1 12 48Z"/>'),
  symbol("cakra", p('<circle cx="24" cy="24" r="21"/>') + '<circle cx="24" cy="24" r="15" fill="var(--g)"/>' + p(four(petal), ' transform="translate(24 24) scale(.62)"')),
  symbol("cecek", p(dots([[8, 8, 2.4], [24, 8, 3.6], [40, 8, 2.4], [8, 24, 3.6], [24, 24, 6], [40, 24, 3.6], [8, 40, 2.4], [24, 40, 3.6], [40, 40, 2.4]]))),
].join("")}</svg>`;

// Tiles for CSS masks.
export const tile = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72" width="72" height="72"><g fill-rule="evenodd" transform="translate(36 36) scale(2.14)">${four(seeded)}</g><circle cx="36" cy="3" r="3"/><circle cx="36" cy="69" r="3"/><circle cx="3" cy="36" r="3"/><circle cx="69" cy="36" r="3"/></svg>`;
export const hem = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 24" width="48" height="24"><path d="M0 12A12 12 0 0 1 24 12 12 12 0 0 1 48 12V24H0Z"/></svg>`;

const mark = (ground, ink, scale, round) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="${round}" fill="${ground}"/><g fill="${ink}" transform="translate(32 32) scale(${scale})">${four(petal)}</g></svg>`;
export const favicon = mark("#8a4b24", "#fbf7f0", 1.25, 16);
export const touch = mark("#8a4b24", "#fbf7f0", 1.1, 0);
