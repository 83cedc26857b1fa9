import { pageMetadata } from '../../../i18n/page-metadata.ts';
import { AuthPage } from '../../../features/auth/auth-page.tsx';

export const generateMetadata = pageMetadata('Create an account', { robots: { index: false } });

export default async function SignUpPage({ searchParams }: PageProps<'/auth/signup'>) {
  return <AuthPage mode="signup" searchParams={await searchParams} />;
}
