"""What people call their columns, in the languages they write them in."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_QUESTION = """
question questions query queries prompt prompts q user human request inquiry enquiry
utterance user_input user_message customer_question customer_message question_text user_query
frage fragen kundenfrage anfrage anfragen kundenanfrage fragestellung fragetext
pregunta preguntas consulta consultas interrogante pregunta_del_cliente
demande requete question_client question_posee
domanda domande richiesta quesito
pergunta perguntas solicitacao duvida questao
vraag vragen klantvraag
pytanie pytania zapytanie
fraga fragor sporgsmal sporsmal kysymys otazka dotaz kerdes intrebare soru
вопрос вопросы запрос питання запитання ερωτηση 问题 提问 問題 質問 질문 سؤال प्रश्न
"""
_ANSWER = """
answer answers response responses reply replies completion completions output outputs target a
assistant bot gpt model_answer answer_text expected_answer expected_output ideal ideal_answer
gold gold_answer reference best_answer agent_reply agent_response chosen solution
antwort antworten musterantwort antworttext loesung losung
respuesta respuestas contestacion
reponse reponses
risposta risposte
resposta respostas
antwoord antwoorden
odpowiedz odpowiedzi
svar vastaus odpoved valasz raspuns cevap yanit
ответ ответы відповідь απαντηση 答案 回答 答复 답변 جواب इत्तर उत्तर
"""
_WEAK_QUESTION = "input source text message subject betreff titel title topic context anliegen body"
_WEAK_ANSWER = "label category intent class summary translation result ergebnis text2 explanation"
_INSTRUCTION = """
instruction instructions task anweisung anweisungen aufgabe instruccion instrucciones tarea consigne
istruzione istruzioni compito instrucao tarefa instructie opdracht polecenie instrukcja zadanie
инструкция 指令 指示 명령
"""
_INPUT = """
input inputs context kontext eingabe entree contexte entrada contexto contesto ingresso invoer
wejscie kontekst passage document 输入 入力
"""
_SYSTEM = "system system_prompt systemprompt system_message persona systemnachricht"
_HISTORY = "history verlauf historique historial storico historico geschiedenis historia 历史"
_MESSAGES = "messages conversations conversation dialogue dialog dialogs chat turns thread verlauf"
_TOOLS = "tools functions tool_definitions available_tools werkzeuge"
_BESIDE = """
file filename file_name datei dateiname
id ids nr no num number index idx key uuid guid date datum time timestamp created updated created_at
category kategorie categoria categorie tag tags status state url link source quelle author autor
language lang sprache score rating bewertung rank priority ticket ticket_id channel kanal count
rejected row notes note notiz bemerkung kommentar comment comments
"""
_CHOSEN = """
chosen preferred better winner winning accepted better_answer better_response good_answer bevorzugt
besser bessere_antwort mejor_respuesta meilleure_reponse
"""
_REJECTED = """
rejected dispreferred worse loser losing declined worse_answer worse_response bad_answer abgelehnt
schlechter schlechtere_antwort peor_respuesta pire_reponse
"""
_GOOD = """
good label feedback thumb thumbs thumbs_up vote verdict desirable is_good is_desirable liked like
helpful is_helpful rating judgement judgment urteil gut hilfreich daumen bewertung bueno util
kto_tag
"""
_LABEL = """
label labels class classes category categories intent intents sentiment sentiments emotion emotions
topic topics tag tags kategorie kategorien klasse klassen absicht stimmung gefuhl etikett
categoria categorias clase clases etiqueta etiquetas intencion sentimiento sentimento sentimenti
categorie etichetta classificazione rotulo kategoria klasa etykieta 标签 类别 分类
"""
_NUMBER = """
score scores rating ratings stars star grade points mark marks bewertung punkte sterne note
puntuacion calificacion estrellas nota voto punteggio ocena 分数 评分
"""
_TEXT = """
text texts document documents content body article articles passage passages page raw raw_text
full_text description abstract message comment review utterance sentence post tweet chapter
inhalt dokument artikel beschreibung kommentar texto documento articulo contenu texte testo tekst
"""

_IMAGES = (
    "image images picture pictures photo photos img imgs image_path image_paths file_name bild "
    "bilder foto fotos screenshot screenshots imagen imagenes imagem imagens immagine immagini "
    "afbeelding afbeeldingen zdjecie 图片 图像 画像"
)

_STRONG: dict[str, str] = {
    "question": _QUESTION,
    "answer": _ANSWER,
    "instruction": _INSTRUCTION,
    "input": _INPUT,
    "system": _SYSTEM,
    "history": _HISTORY,
    "messages": _MESSAGES,
    "tools": _TOOLS,
    "beside": _BESIDE,
    "chosen": _CHOSEN,
    "rejected": _REJECTED,
    "good": _GOOD,
    "label": _LABEL,
    "number": _NUMBER,
    "text": _TEXT,
    "images": _IMAGES,
}
_WEAK: dict[str, str] = {"question": _WEAK_QUESTION, "answer": _WEAK_ANSWER}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@cache
def _words(role: str, weak: bool = False) -> frozenset[str]:
    source = _WEAK if weak else _STRONG
    return frozenset(plain(word) for word in source.get(role, "").split())


@cache
def plain(name: str) -> str:
    """Lower case, no accents, words joined by one underscore: "Kunden-Frage " → kunden_frage."""
    spaced = _CAMEL.sub(" ", name)
    letters = unicodedata.normalize("NFKD", spaced.replace("ß", "ss").replace("ł", "l"))
    bare = "".join(c for c in letters if not unicodedata.combining(c)).casefold()
    return re.sub(r"[^\w]+|_+", "_", bare).strip("_")


@cache
def name_says(name: str, role: str) -> float:
    """1: the name means this role; 0.7: one of its words does; 0.35: it may; 0: it does not."""
    whole = plain(name)
    if whole in _words(role) or re.sub(r"_?\d+$", "", whole) in _words(role) - {""}:
        return 1.0
    parts = whole.split("_")
    if len(parts) > 1 and any(len(part) > 1 and part in _words(role) for part in parts):
        return 0.7
    if any(len(word) > 4 and word in whole for word in _words(role)):
        return 0.7 if role in ("question", "answer") else 0.35
    if whole in _words(role, True):
        return 0.35
    return 0.0
