import { act, fireEvent, render, screen } from '@testing-library/react';
import { useForm } from './use-form.ts';

function Form({ onSubmit }: { onSubmit: () => void }) {
  const { isPending, props } = useForm(() => {
    onSubmit();
    return Promise.resolve({ leaveTo: '#elsewhere' });
  });
  return (
    <form {...props} aria-label="form">
      <button type="submit" aria-disabled={isPending}>
        Send
      </button>
    </form>
  );
}

async function submit() {
  await act(async () => {
    fireEvent.submit(screen.getByRole('form'));
    await jest.advanceTimersByTimeAsync(10);
  });
}
const button = () => screen.getByRole('button');

describe('a form that leaves for another page', () => {
  beforeAll(() => jest.useFakeTimers());
  afterAll(() => jest.useRealTimers());

  it.each<[string, () => unknown]>([
    ['is back from the back/forward cache', () => window.dispatchEvent(new Event('pageshow'))],
    ['has no answer after 12 s', () => jest.advanceTimersByTimeAsync(12_000)],
  ])('stays pending, and works again when the page %s', async (_name, comeBack) => {
    const onSubmit = jest.fn();
    render(<Form onSubmit={onSubmit} />);
    await submit();
    expect(button()).toHaveAttribute('aria-disabled', 'true');
    await submit();
    expect(onSubmit).toHaveBeenCalledTimes(1);

    await act(async () => {
      await comeBack();
      await jest.advanceTimersByTimeAsync(10);
    });
    expect(button()).toHaveAttribute('aria-disabled', 'false');
    await submit();
    expect(onSubmit).toHaveBeenCalledTimes(2);
  });
});
