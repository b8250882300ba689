/** The row types behind GraphQL types. Read by the code generator. */
export const mappers = {
  LedgerBalance: '../domain/ledger/ledger-balances.ts#LedgerBalanceData',
  LedgerEntry: '../db/tables/ledger.ts#LedgerEntryRow',
  Payment: '../db/tables/payments.ts#PaymentRow',
  PaymentAttempt: '../db/tables/payments.ts#PaymentAttemptRow',
  PaymentIssue: '../db/tables/issues.ts#IssueRow',
  PaymentIssueStep: '../db/tables/issues.ts#IssueStepRow',
  PaymentIssueRequest: '../db/tables/issues.ts#IssueRequest',
  Refund: '../db/tables/payments.ts#RefundRow',
  Transaction: '../db/tables/ledger.ts#TransactionRow',
}
