import { StartError } from '../start-error.ts'
import type { SubgraphName } from './check-name.ts'

/** A list of the repository that names every service, and how a new one gets into it. */
export interface ListEdit {
  file: string
  /** @throws {StartError} when the list is not where it was */
  edit: (text: string) => string
}

/** The lists that name every service. */
export function listEdits({ name, capital, upper }: SubgraphName, port: number): ListEdit[] {
  const variables = ['SERVICE_URL', 'DATABASE_URL', 'REQUEST_KEYS', 'SERVICE_KEY_FILE'].map(
    (end) => `${upper}_${end}=\n`,
  )
  return [
    edit('schema/services.ts', /^ {2}\w+: \d+,\n(?=\} as const)/m, (last) => `${last}  ${name}: ${port},\n`),
    // Everybody's rights end in every service at once: see docs/decisions/0037-staff-roles-and-immediate-revocation.md.
    addTo('schema/events/user.ts', 'user.changed', name),
    addTo('schema/events/admin.ts', 'admin.staffChanged', name),
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
        `${last}| [\`subgraphs/${name}/\`](subgraphs/${name}/README.md) | \`${capital}\`: texts that people write |\n`,
    ),
    edit('docs/debug.md', /^\| user \| \d+ \|\n/m, (last) => `${last}| ${name} | ${port + 6_230} |\n`),
  ]
}

/** Puts a service among those that take an event in. */
function addTo(file: string, event: string, name: string): ListEdit {
  const list = new RegExp(`'${event.replace('.', '\\.')}': \\{[^}]*\\bto: \\[[^\\]]*?(?=,?\\s*\\])`)
  return edit(file, list, (upToTheLast) => `${upToTheLast}, '${name}'`)
}

function edit(file: string, anchor: RegExp, change: (...match: string[]) => string): ListEdit {
  return {
    file,
    edit(text) {
      if (!anchor.test(text)) throw new StartError(`${file} has no list of services where one is expected: ${anchor}`)
      return text.replace(anchor, change)
    },
  }
}
