-- Entries and transactions are append-only. A mistake is put right by a reversal.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;
--> statement-breakpoint
create trigger transactions_append_only before update or delete on transactions
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger transactions_no_truncate before truncate on transactions
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger ledger_entries_append_only before update or delete on ledger_entries
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger ledger_entries_no_truncate before truncate on ledger_entries
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger ledger_accounts_append_only before update or delete on ledger_accounts
  for each row execute function refuse_change();
--> statement-breakpoint
-- Judged at commit, when all entries of a transaction are there: it has some, and they come to nothing in each currency.
create function check_transaction_balances() returns trigger language plpgsql as $$
declare
  checked text;
begin
  if tg_table_name = 'transactions' then checked := new.id; else checked := new.transaction_id; end if;
  if not exists (select 1 from ledger_entries where transaction_id = checked)
    or exists (
      select 1 from ledger_entries where transaction_id = checked group by currency having sum(amount_minor) <> 0
    )
  then
    raise exception 'transaction % does not balance', checked
      using errcode = 'check_violation', constraint = 'ledger_balances';
  end if;
  return null;
end
$$;
--> statement-breakpoint
create constraint trigger transactions_balance after insert on transactions
  deferrable initially deferred for each row execute function check_transaction_balances();
--> statement-breakpoint
create constraint trigger ledger_entries_balance after insert on ledger_entries
  deferrable initially deferred for each row execute function check_transaction_balances();
