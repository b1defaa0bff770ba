import { renderMermaidSVG } from "beautiful-mermaid";

/**
 * A markdown-it plugin that draws fences of `mermaid` as SVG while the site is built: a reader's browser loads
 * no drawing library, and the drawing follows the theme's colours. A diagram that cannot be drawn fails the build.
 */
export function diagrams(markdownIt) {
  const fence = markdownIt.renderer.rules.fence;
  markdownIt.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index];
    if (info.trim() !== "mermaid") return fence(tokens, index, ...rest);
    // v-pre: a label may hold what Vue would take for an expression.
    return `<figure class="diagram" v-pre tabindex="0">${draw(content)}</figure>\n`;
  };
}

/** An SVG whose colours are those of VitePress' theme. */
export function draw(code) {
  const svg = renderMermaidSVG(code, {
    ...{ bg: "var(--vp-c-bg)", fg: "var(--vp-c-text-1)", line: "var(--vp-c-text-2)" },
    ...{
      muted: "var(--vp-c-text-1)",
      surface: "var(--vp-c-bg-soft)",
      border: "var(--vp-c-border)",
    },
    ...{ transparent: true, font: "var(--vp-font-family-base)" },
  });
  // Its own sheet holds a font's address outside, and rules for every SVG of the page: style.css has them instead.
  const colours = /--_[a-z-]+: +.+;/g;
  const variables = [...svg.matchAll(colours)].map(([rule]) => rule).join(" ");
  return widen(
    svg.replace(/<style>.*?<\/style>\n?/s, "").replace(/style="/, `style="${variables}`),
  );
}

/** The renderer takes letters for narrower than they are, and cuts off the label that stands furthest right. */
function widen(svg) {
  const ends = [...svg.matchAll(/<text ([^>]*)>([^<]*)/g)].map(([, attributes, label]) => {
    const of = Object.fromEntries(
      [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    const width = label.length * Number(of["font-size"]) * 0.6;
    return Number(of.x) + ({ middle: width / 2, end: 0 }[of["text-anchor"]] ?? width);
  });
  const [, left, top, width, height] = /viewBox="(\S+) (\S+) (\S+) (\S+)"/.exec(svg);
  const needed = Math.ceil(Math.max(Number(width), ...ends));
  return svg
    .replace(/viewBox="[^"]+"/, `viewBox="${left} ${top} ${needed} ${height}"`)
    .replace(/ width="[^"]+" height="[^"]+"/, ` width="${needed}"`)
    .replace(/style="/, `style="min-width: min(${needed}px, 600px); `);
}
