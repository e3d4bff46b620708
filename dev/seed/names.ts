import type { Random } from './random.ts';

interface NamePool {
  /** Given and family names in their own script; `latin` is the spelling in usernames. */
  given: readonly string[];
  family: readonly string[];
  isFamilyFirst?: true;
  latinGiven?: readonly string[];
  latinFamily?: readonly string[];
}

const pools: readonly NamePool[] = [
  {
    given: [
      'Grace',
      'Jordan',
      'Maya',
      'Ethan',
      'Harper',
      'Caleb',
      'Nora',
      'Miles',
      'Ivy',
      'Theo',
      'Ruth',
      'Dean',
    ],
    family: [
      'Whitfield',
      'Carver',
      'Brooks',
      'Ellison',
      'Hayes',
      'Sutton',
      'Marsh',
      'Langley',
      'Pierce',
      'Doyle',
    ],
  },
  {
    given: ['Lucía', 'Mateo', 'Valentina', 'Joaquín', 'Inés', 'Andrés', 'Ximena', 'Raúl', 'Noelia', 'Iván'],
    family: [
      'García',
      'Muñoz',
      'Peña',
      'Ortega',
      'Ibáñez',
      'Quispe',
      'Salazar',
      'Rincón',
      'Cárdenas',
      'Núñez',
    ],
  },
  {
    given: ['Beatriz', 'João', 'Luana', 'Thiago', 'Conceição', 'Davi', 'Letícia', 'Caio'],
    family: ['Araújo', 'Magalhães', 'Teixeira', 'Gonçalves', 'Falcão', 'Sampaio', 'Brandão', 'Moura'],
  },
  {
    given: ['Amélie', 'Théo', 'Chloé', 'Rémi', 'Aïcha', 'Baptiste', 'Élodie', 'Malik'],
    family: ['Lefèvre', 'Moreau', 'Garnier', 'Benali', 'Rousseau', 'Delacroix', 'Châtelain', 'Diallo'],
  },
  {
    given: ['Jürgen', 'Anke', 'Sören', 'Wiebke', 'Matthias', 'Käthe', 'Fatma', 'Emre'],
    family: ['Schäfer', 'Großmann', 'Vogel', 'Yılmaz', 'Köhler', 'Brandt', 'Öztürk', 'Lindner'],
  },
  {
    given: ['Łukasz', 'Agnieszka', 'Zbigniew', 'Małgorzata', 'Ondřej', 'Zuzana', 'Bogdan', 'Ioana'],
    family: ['Wiśniewski', 'Zając', 'Dvořák', 'Kučera', 'Popescu', 'Kowalczyk', 'Szymański', 'Țurcanu'],
  },
  {
    given: ['Astrid', 'Bjørn', 'Åsa', 'Sigrún', 'Eino', 'Freja', 'Øystein', 'Mikkel'],
    family: ['Halvorsen', 'Ångström', 'Virtanen', 'Þórsdóttir', 'Søndergaard', 'Bergqvist', 'Kjær', 'Nygård'],
  },
  {
    given: ['Chidi', 'Amara', 'Kwame', 'Nomsa', 'Tunde', 'Zanele', 'Abena', 'Sipho', 'Wanjiru', 'Juma'],
    family: [
      'Okonkwo',
      'Mensah',
      'Dlamini',
      'Adebayo',
      'Kamau',
      'Nkosi',
      'Boateng',
      'Achieng',
      'Eze',
      'Mwangi',
    ],
  },
  {
    given: ['Aarav', 'Priya', 'Rohan', 'Ananya', 'Vikram', 'Meera', 'Farhan', 'Sana', 'Nikhil', 'Kavya'],
    family: [
      'Sharma',
      'Iyer',
      'Patel',
      'Banerjee',
      'Reddy',
      'Siddiqui',
      'Kulkarni',
      'Chowdhury',
      'Nair',
      'Gill',
    ],
  },
  {
    given: ['Thảo', 'Minh', 'Linh', 'Quốc', 'Siti', 'Budi', 'Dewi', 'Rizal', 'Malee', 'Somchai'],
    family: ['Nguyễn', 'Trần', 'Phạm', 'Santoso', 'Wijaya', 'Rahman', 'Suwan', 'Cruz', 'Reyes', 'Lê'],
  },
  {
    isFamilyFirst: true,
    given: ['健太', '美咲', '蓮', '陽菜', '大輔', '結衣'],
    family: ['佐藤', '鈴木', '高橋', '田中', '伊藤', '渡辺'],
    latinGiven: ['kenta', 'misaki', 'ren', 'hina', 'daisuke', 'yui'],
    latinFamily: ['sato', 'suzuki', 'takahashi', 'tanaka', 'ito', 'watanabe'],
  },
  {
    isFamilyFirst: true,
    given: ['민준', '서연', '지훈', '하은', '도윤', '수빈'],
    family: ['김', '이', '박', '최', '정', '강'],
    latinGiven: ['minjun', 'seoyeon', 'jihoon', 'haeun', 'doyun', 'subin'],
    latinFamily: ['kim', 'lee', 'park', 'choi', 'jung', 'kang'],
  },
  {
    isFamilyFirst: true,
    given: ['伟', '芳', '秀英', '子轩', '雨桐', '浩然'],
    family: ['王', '李', '张', '刘', '陈', '杨'],
    latinGiven: ['wei', 'fang', 'xiuying', 'zixuan', 'yutong', 'haoran'],
    latinFamily: ['wang', 'li', 'zhang', 'liu', 'chen', 'yang'],
  },
  {
    given: ['محمد', 'ليلى', 'يوسف', 'نور', 'عمر', 'سارة'],
    family: ['الخطيب', 'حداد', 'النجار', 'منصور', 'العلي', 'قاسم'],
    latinGiven: ['mohammed', 'layla', 'youssef', 'nour', 'omar', 'sara'],
    latinFamily: ['alkhatib', 'haddad', 'alnajjar', 'mansour', 'alali', 'qasim'],
  },
  {
    given: ['Олена', 'Тарас', 'Дарина', 'Артем', 'Соломія', 'Богдан'],
    family: ['Шевченко', 'Коваленко', 'Бондаренко', 'Мельник', 'Ткачук', 'Лисенко'],
    latinGiven: ['olena', 'taras', 'daryna', 'artem', 'solomiia', 'bohdan'],
    latinFamily: ['shevchenko', 'kovalenko', 'bondarenko', 'melnyk', 'tkachuk', 'lysenko'],
  },
  {
    given: ['Ελένη', 'Νίκος', 'Σοφία', 'Γιώργος'],
    family: ['Παπαδοπούλου', 'Νικολάου', 'Αντωνίου', 'Καραγιάννη'],
    latinGiven: ['eleni', 'nikos', 'sofia', 'giorgos'],
    latinFamily: ['papadopoulou', 'nikolaou', 'antoniou', 'karagianni'],
  },
];

/** One made-up person: their display name, and a lowercase username that may be taken. */
export interface PersonName {
  display_name: string;
  username: string;
}

/** A name composed within one culture. */
export function makeName(random: Random): PersonName {
  const pool = random.pick(pools);
  const given = random.between(0, pool.given.length - 1);
  const family = random.between(0, pool.family.length - 1);
  const parts = [pool.given[given] ?? '', pool.family[family] ?? ''];
  const latin = [pool.latinGiven?.[given] ?? parts[0] ?? '', pool.latinFamily?.[family] ?? parts[1] ?? ''];
  const glue = pool.isFamilyFirst ? '' : ' ';
  if (pool.isFamilyFirst) parts.reverse();
  return { display_name: parts.join(glue), username: makeUsername(random, latin) };
}

const letters: Record<string, string> = { ł: 'l', ø: 'o', æ: 'ae', ß: 'ss', þ: 'th', ð: 'd', đ: 'd', ı: 'i' };

function makeUsername(random: Random, names: readonly string[]): string {
  const [given = '', family = ''] = names.map((name) =>
    name
      .toLowerCase()
      .replace(/[łøæßþðđı]/g, (letter) => letters[letter] ?? '')
      .normalize('NFD')
      .replace(/[^a-z]/g, ''),
  );
  const forms = [
    `${given}.${family}`,
    `${given}${family.slice(0, 1)}`,
    `${given.slice(0, 1)}${family}`,
    `${given}_${family}`,
  ];
  return random.pick(forms).slice(0, 26);
}
