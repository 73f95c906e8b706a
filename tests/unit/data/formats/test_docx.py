"""Word documents: what is written in them, and nothing else."""

from tests.nasty.containers import letter, paragraph, word_table

STRUCK = "<w:p><w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:r><w:t>yes</w:t></w:r></w:p>"
HEADING = '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Wicks</w:t></w:r></w:p>'


def test_order_headings_and_struck_out_words(read_text):
    wide = '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    table = wide + paragraph("over two") + "</w:tc></w:tr></w:tbl>"
    wrapped = f"<w:sdt><w:sdtContent>{paragraph('in a control')}</w:sdtContent></w:sdt>"
    made = read_text("a.docx", letter(HEADING + STRUCK + table + wrapped))
    assert made.rows()[0]["text"] == "## Wicks\n\nyes\n\nover two |\n\nin a control"


def test_the_table_can_be_chosen(read_text):
    long = paragraph("Lamps are lit. " * 40)
    content = letter(long + word_table(("question", "answer"), ("Lit?", "Yes.")))
    assert read_text("a.docx", content).column_names == ["text"]
    assert read_text("a.docx", content, sheet="table 1").rows()[0]["answer"] == "Yes."
