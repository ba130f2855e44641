/** Whether a short message asks what we are: then we say that we are an assistant, in any language that we speak. */
export function asksWhatWeAre(text: string): boolean {
  return text.length <= longest && question.test(text);
}

const longest = 80;
const question =
  /\b(?:are you|r u) (?:a )?(?:human|real|bot|robot|ai|person)|(?:bist du|sind sie) (?:ein )?(?:mensch|bot|roboter|echt)|(?:eres|es usted) (?:un |una )?(?:humano|robot|bot|persona)|你是(?:真人|机器人|人工|人)|هل (?:أنت|انت) (?:إنسان|انسان|روبوت|بشر|شخص)|(?:es-tu|êtes-vous|vous êtes|t'es|tu es) (?:un |une )?(?:humain|robot|bot|vraie|personne|chatgpt)|(?:sei|è|lei è|siete) (?:un |una )?(?:umano|robot|bot|persona|chatgpt)|(?:você|voce|tu) (?:é|e|és) (?:um |uma |o )?(?:humano|robô|robo|bot|pessoa|chatgpt)|(?:ben je|ben jij|bent u) (?:een )?(?:mens|robot|bot|echt|chatgpt)|(?:ты|вы) (?:человек|робот|бот|живой|чатгпт)|(?:あなた|そちら)は(?:人間|ロボット|ai|chatgpt|本物)|人間ですか|(?:사람이세요|사람인가요|사람이에요|로봇이에요|챗봇인가요|너 챗)/i;
