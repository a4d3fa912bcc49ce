import { marked, type Token, type Tokens } from 'marked';
import { Fragment, type ReactNode } from 'react';
import { setPage } from '../stores/view.ts';

/** `page:gpu` in a guide leads to the page of that id. */
const PAGE_LINK = 'page:';

/**
 * A guide, written in Markdown, as elements: headings, paragraphs, lists, tables, code, emphasis and links to pages. Markup that is
 * none of these appears as its text. HTML and pictures are left out.
 */
export function GuideText({ markdown }: { readonly markdown: string }) {
  return <div className="ada-guide-text">{drawn(marked.lexer(markdown))}</div>;
}

/** The parts of a list of tokens; a place in the text is a key as good as any, since the text does not change. */
function drawn(tokens: readonly Token[] | undefined): ReactNode {
  return (tokens ?? []).map((token, at) => {
    const key = `${at} ${token.type}`;
    return <Fragment key={key}>{drawnToken(token)}</Fragment>;
  });
}

function drawnToken(token: Token): ReactNode {
  const inner = 'tokens' in token ? drawn(token.tokens) : null;
  switch (token.type) {
    case 'heading':
      return heading(token as Tokens.Heading, inner);
    case 'paragraph':
      return <p>{inner}</p>;
    case 'list':
      return list(token as Tokens.List);
    case 'table':
      return table(token as Tokens.Table);
    case 'code':
      return <pre>{token.text}</pre>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'strong':
      return <strong>{inner}</strong>;
    case 'em':
      return <em>{inner}</em>;
    case 'link':
      return link(token as Tokens.Link, inner);
    case 'hr':
      return <hr />;
    case 'br':
      return <br />;
    // A picture of the page is for who reads the file elsewhere: here the page itself is beside it.
    case 'html':
    case 'image':
    case 'space':
      return null;
    default:
      return inner ?? ('text' in token ? token.text : token.raw);
  }
}

function heading({ depth }: Tokens.Heading, inner: ReactNode): ReactNode {
  // The panel's own title is the heading above them.
  if (depth === 1) return null;
  return depth === 2 ? <h3>{inner}</h3> : <h4>{inner}</h4>;
}

function list({ ordered, items }: Tokens.List): ReactNode {
  const List = ordered ? 'ol' : 'ul';
  return (
    <List>
      {items.map((item) => (
        <li key={item.raw}>{drawn(item.tokens)}</li>
      ))}
    </List>
  );
}

function table({ header, rows }: Tokens.Table): ReactNode {
  return (
    <table>
      <thead>
        <tr>
          {header.map((cell) => (
            <th key={cell.text} scope="col">
              {drawn(cell.tokens)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.map(({ text }) => text).join('|')}>
            {row.map((cell) => (
              <td key={cell.text}>{drawn(cell.tokens)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function link({ href }: Tokens.Link, inner: ReactNode): ReactNode {
  if (!href.startsWith(PAGE_LINK)) return inner;
  return (
    <button type="button" className="ada-guide-link" onClick={() => setPage(href.slice(PAGE_LINK.length))}>
      {inner}
    </button>
  );
}
