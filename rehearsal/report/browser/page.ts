import type { PageData } from '../svg/chart-data';
import { InteractiveChart } from './interactive-chart';

const told = document.getElementById('data');
const { happened, figures } = JSON.parse(told?.textContent ?? '{"happened":[],"figures":[]}') as PageData;
for (const { happened: index, ...figure } of figures) {
  const element = document.getElementById(figure.id);
  const what = happened[index];
  if (element !== null && what !== undefined) new InteractiveChart(element, { ...figure, happened: what });
}
