import Link from 'next/link';

/** The id of a user as a link to the account in the console. */
export function AccountLink({ id }: { id: string }) {
  return (
    <Link className="ref" href={`/admin/accounts/${id}`} prefetch={false}>
      {id}
    </Link>
  );
}
