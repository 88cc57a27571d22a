"""How the board looks to a browser: contrast, focus, and what can be told of it without seeing it."""

from __future__ import annotations

# The worst contrast of every kind of text, as WCAG 2 has it; what is see-through is mixed with what lies
# behind. What is disabled is left out, as there, and so is what only a screen reader meets.
CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const known = {};
  const colour = text => known[text] ??= (() => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  })();
  const over = ([r, g, b, a], back) => [r, g, b].map((one, i) => (one * a + back[i] * (255 - a)) / 255);
  const behind = node => {
    if (!node) return [255, 255, 255];
    const own = colour(getComputedStyle(node).backgroundColor);
    return own[3] === 255 ? own : over(own, behind(node.parentElement));
  };
  const linear = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const found = {};
  const walker = document.createTreeWalker(document.querySelector('.stApp'), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const one = node.parentElement, style = getComputedStyle(one);
    const seen = one.getClientRects().length && style.visibility === 'visible' && style.clipPath === 'none';
    if (!node.data.trim() || !seen || one.closest('style, script, [disabled], .fb-unseen')) continue;
    const drawn = one instanceof SVGElement;
    const back = behind(drawn ? one.closest('svg').parentElement : one);
    const front = light(over(colour(drawn ? style.fill : style.color), back));
    const [a, b] = [front, light(back)].sort((x, y) => y - x);
    if (style.fontFamily.includes('Material')) continue;  // an icon
    const key = one.tagName + '.' + (one.getAttribute('class') ?? '') + ' ' + node.data.trim().slice(0, 30);
    found[key] = Math.min(found[key] ?? 99, (a + .05) / (b + .05));
  }
  return found;
}"""
# What reaches beyond the window, but for what can be scrolled into it.
TOO_WIDE = """() => {
  const isScroller = one => getComputedStyle(one).overflowX === 'auto' && !one.classList.contains('stMain');
  const scrolls = one => one && (isScroller(one)
    || scrolls(one.parentElement));
  return [...document.querySelectorAll('.stMain *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one.parentElement))
    .map(one => one.tagName + '.' + one.getAttribute('class')).slice(0, 5);
}"""
# What has the focus: its role or element, its name, and whether it can be seen to have it.
FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  return {
    name: (one.getAttribute('aria-label') ?? one.innerText ?? '').trim().split('\\n').pop(),
    what: one.getAttribute('role') ?? one.tagName.toLowerCase(),
    seen: ring || style.boxShadow !== 'none',
  };
}"""
