import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer, StructuredInput } from '../api/wire';
import { said, showMessage } from '../testing/showMessage';

afterEach(cleanup);

const QUESTIONS: StructuredInput['questions'] = [
  { type: 'choice', id: 'drink', question: 'What would you like?', options: ['Tea', 'Coffee'] },
  { type: 'choice', id: 'extras', question: 'Anything with it?', options: ['Milk', 'Sugar'], multiple: true },
  { type: 'freeform', id: 'name', question: 'For whom is it?', description: 'A name' },
];

function form(given: Partial<StructuredInput> = {}) {
  return said('structured_input', { structured_input: { questions: QUESTIONS, status: 'pending', ...given } });
}

function answering(): Answer[] {
  const answers: Answer[] = [];
  showMessage(form(), { answer: async (_, answer) => void answers.push(answer) });
  return answers;
}

function write(name: string, value: string): void {
  fireEvent.change(screen.getByRole('textbox', { name }), { target: { value } });
}

describe('A form', () => {
  it('is answered with what was chosen, written and left out', () => {
    const answers = answering();
    const submit: HTMLButtonElement = screen.getByRole('button', { name: 'Answer' });
    fireEvent.click(screen.getByRole('radio', { name: 'Tea' }));
    fireEvent.click(screen.getByRole('radio', { name: 'Coffee' }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Milk' }));
    write('Another answer to: Anything with it?', 'Honey');
    expect(submit.disabled).toBe(true);
    fireEvent.click(screen.getAllByRole('checkbox', { name: 'Skip this question' })[2]!);
    fireEvent.click(submit);
    expect(answers).toEqual([
      { answers: { drink: { values: ['Coffee'] }, extras: { values: ['Milk', 'Honey'] }, name: { skipped: true } } },
    ]);
  });

  it('takes one answer to a question with one answer, written or chosen', () => {
    const answers = answering();
    fireEvent.click(screen.getByRole('radio', { name: 'Tea' }));
    write('Another answer to: What would you like?', 'Water');
    fireEvent.click(screen.getByRole('checkbox', { name: 'Sugar' }));
    write('For whom is it?', 'Ann');
    fireEvent.click(screen.getByRole('button', { name: 'Answer' }));
    expect(answers).toEqual([{ answers: { drink: { values: ['Water'] }, extras: { values: ['Sugar'] }, name: { values: ['Ann'] } } }]);
  });

  it('is left altogether', () => {
    const answers = answering();
    fireEvent.click(screen.getByRole('button', { name: 'Skip all' }));
    expect(answers).toEqual([{ answers: {}, skipped: true }]);
  });

  it('that was answered is there to be read', () => {
    const questions = [{ ...QUESTIONS[0]!, answer: { values: ['Tea'], skipped: false } }];
    const { container } = showMessage(form({ questions, status: 'answered' }));
    expect(container.textContent).toContain('Tea');
    expect(screen.queryByRole('button')).toBeNull();
  });
});
