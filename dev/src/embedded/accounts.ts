/** An account of the embedded Cognito. */
export interface Account {
  email: string
  name: string
  groups: readonly string[]
}

/** The groups of the pool, which are the scopes in the schema. */
export const groups = ['admin', 'partner', 'user'] as const

/** The accounts of a new embedded stack. */
export const demoAccounts = [
  { email: 'admin@tikitu.example', name: 'Ada Admin', groups: ['admin', 'user'] },
  { email: 'partner@tikitu.example', name: 'Pia Partner', groups: ['partner', 'user'] },
  { email: 'fan@tikitu.example', name: 'Finn Fan', groups: ['user'] },
  { email: 'fan2@tikitu.example', name: 'Fay Fan', groups: ['user'] },
] as const satisfies readonly Account[]

/** The password of every demo account, valid in the embedded Cognito only. */
export const demoPassword = 'Tikitu-demo-1'
