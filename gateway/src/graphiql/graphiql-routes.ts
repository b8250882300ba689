import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { sendErrors } from '../http/error-response.ts'
import type { GatewayRoute, HttpExchange } from '../http/router.ts'
import { bundleExplorer } from './bundle-explorer.ts'
import { type ExplorerSettings, explorerPage, explorerPolicy } from './page.ts'

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
}

/** GraphiQL at /graphiql. Its files are bundled on the first request. */
export function graphiqlRoutes(settings: Omit<ExplorerSettings, 'endpoint'>): GatewayRoute[] {
  const page = explorerPage({ endpoint: '/graphql', ...settings })
  let bundling: Promise<string> | null = null
  const bundle = (): Promise<string> => {
    bundling ??= bundleExplorer().catch((error: unknown) => {
      bundling = null
      throw error
    })
    return bundling
  }
  const answer = async (incoming: HttpExchange): Promise<void> => {
    const { path, response } = incoming
    response.setHeader('content-security-policy', explorerPolicy)
    if (path !== '/graphiql') return await sendFile(incoming, await bundle())
    void bundle().catch(() => undefined)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(page)
  }
  return [{ path: '/graphiql', isFolder: true, methods: ['GET', 'HEAD'], answer }]
}

/** Sends a file of the folder. Names with a path separator are not found. */
async function sendFile({ path, response }: HttpExchange, directory: string): Promise<void> {
  const name = path.slice('/graphiql/'.length)
  const type = types[extname(name)]
  if (!type || !(await readdir(directory)).includes(name)) {
    return sendErrors(response, 404, { code: 'NOT_FOUND', message: 'Not found.' })
  }
  response.setHeader('content-type', type)
  response.setHeader('cache-control', 'no-cache')
  response.end(await readFile(join(directory, name)))
}
