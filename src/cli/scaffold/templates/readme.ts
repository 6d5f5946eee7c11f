/** README of a generated adapter. The suite holds its tables against the code. */
import { settingsTable, type Shape } from './shared.ts';

export function readmeFile(shape: Shape, runner: 'vitest' | 'node', language: 'ts' | 'js', operations: string, extra: string): string {
  return `# ${shape.title.en.replace(/\s+/g, ' ')}

Made by \`lienthong new-adapter\`. What only a person can decide stands in the code as \`TODO(…)\`; \`grep -rn "TODO(" .\` lists them, and
docs/new-adapter.md of lienthong says what each means. · Những chỗ cần người quyết định được ghi \`TODO(…)\` trong mã.

\`\`\`sh
npm install
npm test${language === 'ts' ? '\nnpm run types' : ''}
\`\`\`

\`npm test\` runs the conformance suite (${runner === 'vitest' ? 'vitest' : 'node:test'}). · \`npm test\` chạy bộ kiểm tra tương thích.

## Operations

Thao tác:

${operations}

## Configuration

Cấu hình:

${settingsTable(shape)}

${extra}${extra === '' ? '' : '\n'}## Use · Sử dụng

\`\`\`js
import { connect } from 'lienthong';
import { ${shape.name} } from './adapter.${language}';

const connection = connect(${shape.name}, { /* as in Configuration */ });
\`\`\`
`;
}
