/** The part of a Markdown syntax tree that matters here. */
interface MarkdownNode {
  type: string;
  value?: string;
  children?: MarkdownNode[];
}

/**
 * A remark plugin: HTML in Markdown is text. Prompts are full of tags like `<instructions>` that mean something to the model and
 * nothing to a browser; dropping them would hide what was sent.
 */
export function htmlAsText() {
  return (tree: MarkdownNode): void => {
    // Own stack: a hostile text can nest deeper than calls can.
    const pending: { node: MarkdownNode; inline: boolean }[] = [{ node: tree, inline: false }];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const { node, inline } = at;
      if (node.type === 'html') {
        const text: MarkdownNode = { type: 'text', value: node.value ?? '' };
        if (inline) Object.assign(node, text);
        else {
          node.type = 'paragraph';
          node.children = [text];
          delete node.value;
        }
        continue;
      }
      const holdsText = inline || INLINE_PARENTS.has(node.type);
      for (const child of node.children ?? []) pending.push({ node: child, inline: holdsText });
    }
  };
}

/** Nodes whose children are text, not blocks. */
const INLINE_PARENTS: ReadonlySet<string> = new Set(['paragraph', 'heading', 'tableCell', 'emphasis', 'strong', 'delete', 'link', 'linkReference']);
