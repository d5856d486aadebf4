import { cn } from '../../ui/cn';
import { Fold } from '../Fold';
import { useWidget } from './form';
import { type Component, isRecord, text } from './tree';

interface Series {
  key: string;
  label: string;
  isLine: boolean;
}

const FILLS = ['fill-accent-ink', 'fill-link', 'fill-warning-ink', 'fill-danger-ink', 'fill-muted'];
const STROKES = ['stroke-accent-ink', 'stroke-link', 'stroke-warning-ink', 'stroke-danger-ink', 'stroke-muted'];
const DOTS = ['bg-accent-ink', 'bg-link', 'bg-warning-ink', 'bg-danger-ink', 'bg-muted'];

const MOST_ROWS = 60;
const WIDTH = 400;
const HEIGHT = 160;

/** Numbers as bars and lines, and as the table that they are. */
export function Chart({ props }: { props: Component['props'] }) {
  const { id } = useWidget();
  const rows = (Array.isArray(props.data) ? props.data.filter(isRecord) : []).slice(0, MOST_ROWS);
  const series = (Array.isArray(props.series) ? props.series.filter(isRecord) : []).slice(0, FILLS.length).map(read);
  const axis = text(isRecord(props.xAxis) ? props.xAxis.dataKey : props.xAxis) ?? '';
  if (rows.length === 0 || series.length === 0) return null;
  const values = rows.flatMap((row) => series.map(({ key }) => numberIn(row, key)));
  const top = Math.max(0, ...values);
  const bottom = Math.min(0, ...values);
  const y = (value: number) => (HEIGHT * (top - value)) / (top - bottom || 1);
  const step = WIDTH / rows.length;
  const bars = series.filter(({ isLine }) => !isLine);
  const width = (step * 0.8) / Math.max(1, bars.length);
  return (
    <figure className="w-full text-xs">
      <svg viewBox={`0 -4 ${WIDTH} ${HEIGHT + 8}`} className="w-full" role="img" aria-label={`Chart of ${series.map(({ label }) => label).join(', ')}`}>
        {series.map((one, i) =>
          one.isLine ? (
            <polyline
              key={i}
              className={cn('fill-none stroke-2', STROKES[i])}
              points={rows.map((row, j) => `${(j + 0.5) * step},${y(numberIn(row, one.key))}`).join(' ')}
            />
          ) : (
            rows.map((row, j) => {
              const value = numberIn(row, one.key);
              const x = j * step + step * 0.1 + bars.indexOf(one) * width;
              return <rect key={`${i} ${j}`} className={FILLS[i]} x={x} y={y(Math.max(0, value))} width={width} height={Math.abs(y(value) - y(0))} />;
            })
          ),
        )}
        <line className="stroke-line" x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />
      </svg>
      <figcaption className="mt-2 flex flex-wrap gap-3">
        {series.map(({ label }, i) => (
          <span key={i} className="flex items-center gap-1">
            <span className={cn('size-2 rounded-full', DOTS[i])} />
            <bdi>{label}</bdi>
          </span>
        ))}
      </figcaption>
      <Fold id={`${id}-${[axis, ...series.map(({ key }) => key)].join('-')}`} summary="Numbers" className="mt-2 text-muted">
        {() => (
          <div className="overflow-x-auto" role="group" aria-label="Numbers" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  {[axis, ...series.map(({ label }) => label)].map((name, i) => (
                    <th key={i} className="px-2 text-start">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row, i) => (
                  <tr key={i}>
                    <td className="px-2">{text(row[axis])}</td>
                    {series.map(({ key }) => (
                      <td key={key} className="px-2 text-end">
                        {text(row[key])}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Fold>
    </figure>
  );
}

function read(series: Record<string, unknown>): Series {
  const key = text(series.dataKey) ?? '';
  return { key, label: text(series.label) ?? key, isLine: series.type !== 'bar' };
}

function numberIn(row: Record<string, unknown>, key: string): number {
  const value = Number(Object.hasOwn(row, key) ? row[key] : undefined);
  return Number.isFinite(value) ? value : 0;
}
