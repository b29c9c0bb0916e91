"""Vraag 223: het antwoord opnieuw gemaakt uit het warenhuis, naast het antwoord dat er staat.

Border: nothing is composed here; the answer is made by ``pipelines/answers`` itself.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Staalkaart: vraag 223")


@app.cell
def _():
    import marimo as mo

    from pipelines.exploring import heading, reproduction
    from pipelines.exploring.opening import done_or_told, opened_or_told

    QUESTION = "223"
    return QUESTION, done_or_told, heading, mo, opened_or_told, reproduction


@app.cell
def _(opened_or_told):
    opened = opened_or_told()
    return (opened,)


@app.cell
def _(QUESTION, done_or_told, opened, reproduction):
    answer = done_or_told(lambda: reproduction.reproduced_answer(opened, QUESTION))
    compared = reproduction.compared_with_folder(opened, answer, QUESTION)
    return answer, compared


@app.cell
def _(QUESTION, answer, heading, mo, opened):
    mo.md(
        heading.banner(opened)
        + f"""
    # {answer.title}

    Hier wordt het antwoord op vraag {QUESTION} opnieuw gemaakt uit het gepubliceerde bestand, met
    dezelfde regels voor wat over personen gedrukt mag worden: afgerond, en nooit een exact aantal.
    {heading.standing(opened)}
    """
    )
    return


@app.cell
def _(compared, heading, mo, opened, reproduction):
    if compared.recorded is None:
        said = mo.callout(
            mo.md(
                "Er is nog geen Nederlands antwoord om mee te vergelijken. Schrijf het met "
                "`staalkaart answer 223` en ververs deze pagina."
            ),
            kind="warn",
        )
    elif compared.is_reproduced:
        said = mo.callout(
            mo.md(
                f"**Gereproduceerd.** Alle {opened.printer.number(compared.numbers)} gedrukte "
                "getallen en alle tabellen zijn die van `antwoord.json`."
            ),
            kind="success",
        )
    else:
        said = mo.vstack(
            [
                mo.callout(
                    mo.md(
                        f"**Niet hetzelfde als `antwoord.json`:** {compared.equal} van "
                        f"{compared.numbers} getallen zijn gelijk; andere tabellen: "
                        f"{', '.join(compared.other_tables) or 'geen'}. Het antwoord is van een "
                        "andere stand van gegevens of regels; `staalkaart answer 223` schrijft het "
                        "opnieuw, `staalkaart status` noemt de oorzaak."
                    ),
                    kind="warn",
                ),
                *(
                    [heading.table(reproduction.changes_frame(opened, compared))]
                    if compared.changes
                    else []
                ),
            ]
        )
    said
    return


@app.cell
def _(answer, mo, reproduction):
    tables = reproduction.table_options(answer)
    table = mo.ui.dropdown(
        list(tables), value=next(iter(tables)), label="Tabel van het antwoord", full_width=True
    )
    table
    return table, tables


@app.cell
def _(table, tables):
    chosen = tables[table.value]
    return (chosen,)


@app.cell
def _(chosen, heading, mo, opened, reproduction):
    printed = reproduction.table_frame(chosen)
    numbers = reproduction.numbers_frame(opened, chosen)
    mo.vstack(
        [
            mo.md(f"## {chosen.caption}"),
            heading.table(printed),
            mo.md("Deze tabel bevat geen geteld getal.")
            if numbers.is_empty()
            else mo.accordion(
                {"De getallen, met sleutel, tabel en controle": heading.table(numbers)}
            ),
            mo.md("`staalkaart explain --count SLEUTEL` zegt van elk getal waaruit het bestaat."),
        ]
    )
    return numbers, printed


if __name__ == "__main__":
    app.run()
