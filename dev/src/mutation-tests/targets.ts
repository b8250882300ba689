/** Code that is mutated, and the tests that should notice. */
export interface Target {
  name: string
  /** Patterns of files; tests are never mutated. */
  mutate: readonly string[]
  tests: readonly string[]
}

/** Where a fault costs most: who may do what, which seats are sold, whose money it is. */
export const targets: readonly Target[] = [
  {
    name: 'access',
    mutate: [
      'packages/kit/src/graphql/access-rules.ts',
      'packages/kit/src/auth/admission.ts',
      'gateway/src/access/{permissions,rules}.ts',
    ],
    tests: [
      'packages/kit/src/access/access-enforced.test.ts',
      'packages/kit/src/auth/admission.test.ts',
      'packages/kit/src/graphql/access-rules.test.ts',
      'packages/kit/src/service/create-subgraph.test.ts',
      'gateway/src/access/*.test.ts',
      'gateway/test/access.api.test.ts',
    ],
  },
  {
    name: 'claim',
    mutate: ['subgraphs/booking/src/domain/inventory/{claim,hold}-*.ts', 'subgraphs/booking/src/domain/on-sale.ts'],
    tests: [
      'subgraphs/booking/src/domain/inventory/{hold,hoarding,chosen}-*.test.ts',
      'subgraphs/booking/src/domain/on-sale.test.ts',
    ],
  },
  {
    name: 'ledger',
    mutate: ['subgraphs/payment/src/domain/ledger/{commission,ledger,ledger-balances,ledger-snapshots,shares}.ts'],
    tests: [
      'subgraphs/payment/src/domain/{ledger,refunds}/*.test.ts',
      'subgraphs/payment/src/domain/payments/*.test.ts',
    ],
  },
]
