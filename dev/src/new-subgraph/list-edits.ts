import { StartError } from '../stack/start-error.ts'
import type { SubgraphName } from './check-name.ts'

/** A list of all services in some file, and the edit that adds one. */
export interface ListEdit {
  file: string
  /** @throws {StartError} when the list is not found */
  edit: (text: string) => string
}

/** The edits that add a subgraph to every list of services. */
export function listEdits({ name, capital, upper }: SubgraphName, port: number): ListEdit[] {
  const variables = ['SERVICE_URL', 'DATABASE_URL', 'REQUEST_KEYS', 'SERVICE_KEY_FILE'].map(
    (end) => `${upper}_${end}=\n`,
  )
  return [
    edit('schema/services.ts', /^ {2}\w+: \d+,\n(?=\} as const)/m, (last) => `${last}  ${name}: ${port},\n`),
    // Revoked rights reach every service: see docs/decisions/0037-staff-roles-and-immediate-revocation.md.
    addConsumer('schema/events/user.ts', 'user.changed', name),
    addConsumer('schema/events/admin.ts', 'admin.staffChanged', name),
    edit(
      '.env.example',
      /^USER_SERVICE_KEY_FILE=\n/m,
      (last) => `${last}${upper}_SERVICE_PORT=${port}\n${variables.join('')}`,
    ),
    edit(
      'package.json',
      /^ {4}"dev:user": .*\n/m,
      (last) => `${last}    "dev:${name}": "node dev/src/main.ts --watch --only=${name}",\n`,
    ),
    edit(
      'README.md',
      /^\| \[`subgraphs\/admin\/`\].*\n/m,
      (last) =>
        `${last}| [\`subgraphs/${name}/\`](subgraphs/${name}/README.md) | \`${capital}\`: texts that users write |\n`,
    ),
    edit('docs/debug.md', /^\| user \| \d+ \|\n/m, (last) => `${last}| ${name} | ${port + 6_230} |\n`),
  ]
}

/** Adds a service to the consumers of an event. */
function addConsumer(file: string, event: string, name: string): ListEdit {
  const list = new RegExp(`'${event.replace('.', '\\.')}': \\{[^}]*\\bto: \\[[^\\]]*?(?=,?\\s*\\])`)
  return edit(file, list, (matched) => `${matched}, '${name}'`)
}

function edit(file: string, anchor: RegExp, change: (...match: string[]) => string): ListEdit {
  return {
    file,
    edit(text) {
      if (!anchor.test(text)) throw new StartError(`The list of services was not found in ${file}: ${anchor}`)
      return text.replace(anchor, change)
    },
  }
}
