import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

/** Makes `dist/`, the folder that is published: plain JavaScript, its types, and a package.json that names them. */

const at = (path: string) => new URL(path, import.meta.url)
rmSync(at('dist'), { recursive: true, force: true })
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { cwd: at('.'), stdio: 'inherit' })

const source = JSON.parse(readFileSync(at('package.json'), 'utf8')) as Record<string, unknown>
const entry = (path: string) => ({ types: `./${path}.d.ts`, default: `./${path}.js` })
const published = {
  ...source,
  scripts: undefined,
  devDependencies: undefined,
  exports: {
    '.': entry('index'),
    './operations': entry('generated/graphql'),
    './possible-types': entry('generated/possible-types'),
  },
}
writeFileSync(at('dist/package.json'), `${JSON.stringify(published, null, 2)}\n`)
copyFileSync(at('../LICENSE'), at('dist/LICENSE'))
copyFileSync(at('README.md'), at('dist/README.md'))
