/** A rule about imports: files that match `from` import nothing that matches `never`. */
export interface Boundary {
  /** Globs of the importing files, from the root of the repository. */
  from: readonly string[]
  /** Globs of what is imported: paths from the root, or names of packages with their subpath. */
  never: readonly string[]
  /** Globs that are allowed although `never` matches. */
  except?: readonly string[]
  message: string
}

const tests = ['**/*.test.ts', '**/test/**']

const graphql = [
  'graphql',
  'graphql/**',
  '@apollo/**',
  'graphql-scalars',
  '**/generated/**',
  'packages/kit/src/service/create-subgraph.ts',
  'packages/kit/src/graphql/schema.ts',
]

/** Which part may import what. Tests may import what they test with, but never another subgraph. */
export const boundaries: readonly Boundary[] = [
  {
    from: ['packages/kit/**'],
    never: ['{packages,subgraphs,gateway,schema,dev,bench}/**'],
    except: ['packages/kit/**'],
    message: 'kit knows nothing of ticketing: it imports third parties and itself only.',
  },
  {
    from: ['packages/executor/src/**'],
    never: ['{packages,subgraphs,gateway,schema,dev,bench}/**'],
    except: ['packages/executor/src/**', 'packages/kit/src/base/**'],
    message: 'The executor imports third parties, itself and the base of kit only.',
  },
  {
    from: ['packages/client/src/**'],
    never: ['{packages,subgraphs,gateway,schema,dev,bench}/**'],
    except: ['packages/client/src/**'],
    message: 'The published client stands alone.',
  },
  {
    from: ['packages/ticket-pdf/**'],
    never: ['{packages,subgraphs,gateway,schema,dev,bench}/**'],
    except: ['packages/ticket-pdf/**', 'packages/kit/src/base/**'],
    message: 'ticket-pdf imports third parties, itself and the base of kit only.',
  },
  {
    from: ['packages/storage/**'],
    never: ['{packages,subgraphs,gateway,schema,dev,bench}/**'],
    except: ['packages/storage/**', 'packages/kit/**'],
    message: 'storage imports third parties, itself and kit only.',
  },
  {
    from: ['schema/**'],
    never: ['{packages,subgraphs,gateway,dev,bench}/**'],
    except: ['schema/**'],
    message: 'schema is what parts share: it imports third parties and itself only.',
  },
  {
    from: ['gateway/src/**'],
    never: ['{subgraphs,dev,bench}/**', 'packages/client/**', 'packages/ticket-pdf/**'],
    message: 'The gateway knows the subgraphs by their schema only.',
  },
  {
    from: ['subgraphs/*/src/**'],
    never: ['{gateway,bench}/**', 'packages/client/**'],
    message: 'A subgraph knows no client and no gateway.',
  },
  {
    from: ['subgraphs/*/src/db/**'],
    never: ['schema/**', ...graphql],
    message: 'Tables import third parties and kit only.',
  },
  {
    from: ['subgraphs/*/src/db/**'],
    never: ['subgraphs/*/src/{domain,resolvers}/**', 'subgraphs/*/src/{context,server,events,jobs}.ts'],
    message: 'Imports go main → server → resolvers → domain → db/tables; never the other way.',
  },
  {
    from: ['subgraphs/*/src/domain/**'],
    never: graphql,
    message: 'Domain functions never see GraphQL.',
  },
  {
    from: ['subgraphs/*/src/domain/**'],
    never: ['subgraphs/*/src/resolvers/**', 'subgraphs/*/src/{server,main,jobs}.ts'],
    message: 'Imports go main → server → resolvers → domain → db/tables; never the other way.',
  },
  {
    from: ['subgraphs/*/src/resolvers/**'],
    never: ['drizzle-orm', 'drizzle-orm/**', 'pg'],
    message: 'Resolvers translate: SQL belongs into a domain function.',
  },
  {
    from: ['subgraphs/*/src/resolvers/**'],
    never: ['subgraphs/*/src/{server,main,jobs}.ts', 'subgraphs/*/src/db/tables.ts', 'subgraphs/*/src/db/tables/**'],
    message: 'Imports go main → server → resolvers → domain → db/tables; never the other way.',
  },
]

/** Folders from the lowest layer up: each imports only itself and the folders before it. */
export const layers: Readonly<Record<string, readonly string[]>> = {
  'packages/kit/src': [
    'base',
    'auth',
    'postgres',
    'context',
    'graphql',
    'subscriptions',
    'messaging',
    'search',
    'access',
    'service',
  ],
}

/** Whether a file is a test: only the rule about foreign subgraphs applies to it. */
export function isTest(file: string, matches: (file: string, globs: readonly string[]) => boolean): boolean {
  return matches(file, tests)
}
