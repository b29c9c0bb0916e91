"""Verkenner: kies maat, lezing, instelling en uitsplitsing, en zie de cellen met hun grenzen.

Border: no number is computed here; what is shown is read in ``pipelines/exploring``.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Staalkaart: verkenner")


@app.cell
def _():
    import marimo as mo

    from pipelines.exploring import cells, choices, growth, heading
    from pipelines.exploring.opening import opened_or_told

    return cells, choices, growth, heading, mo, opened_or_told


@app.cell
def _(opened_or_told):
    opened = opened_or_told()
    return (opened,)


@app.cell
def _(heading, mo, opened):
    mo.md(
        heading.banner(opened)
        + f"""
    # Verkenner

    Kies wat u wilt zien. Elk aantal is een rij van `counts`, met een **ondergrens** (telt zeker
    mee), een **bovengrens** (wat niet uit te sluiten is, telt ook mee) en een **toestand**. Een
    lege bovengrens betekent dat een bron geen volledige lijst is; ontbreekt een levering, dan staat
    er geen nul maar "geen gegevens". {heading.standing(opened)}
    """
    )
    return


@app.cell
def _(choices, mo, opened):
    measures = choices.measure_options(opened)
    measure = mo.ui.dropdown(measures, value=next(iter(measures)), label="Wat", full_width=True)
    institutions = choices.institution_options(opened)
    institution = mo.ui.dropdown(
        institutions, value=next(iter(institutions)), label="Van wie", full_width=True
    )
    periods = choices.period_options(opened)
    period = mo.ui.dropdown(periods, value=next(iter(periods)), label="Wanneer", full_width=True)
    return institution, measure, period


@app.cell
def _(choices, measure, mo, opened):
    readings = choices.definition_options(opened, measure.value)
    definition = mo.ui.dropdown(
        readings, value=next(iter(readings)), label="Onder welke lezing", full_width=True
    )
    splits = choices.split_options(opened, measure.value)
    split = mo.ui.dropdown(
        splits, value=next(iter(splits)), label="Uitgesplitst naar", full_width=True
    )
    return definition, split


@app.cell
def _(definition, institution, measure, mo, period, split):
    mo.vstack([measure, definition, institution, split, period])
    return


@app.cell
def _(choices, definition, institution, measure, period, split):
    choice = choices.Choice(
        measure.value, definition.value, institution.value, split.value, period.value
    )
    return (choice,)


@app.cell
def _(choice, choices, heading, mo, opened):
    is_about_persons = choices.is_about_persons(opened, choice.measure)
    mo.vstack(
        [
            mo.md(heading.choice_line(opened, choice)),
            mo.callout(
                mo.md(
                    "**Dit zijn exacte aantallen over personen: geen publicatie.** Wat naar "
                    "buiten gaat, komt uit `staalkaart answer`; dat rondt af."
                ),
                kind="warn",
            )
            if is_about_persons
            else mo.md("Aanbod is openbaar: deze aantallen mogen exact worden gepubliceerd."),
        ]
    )
    return (is_about_persons,)


@app.cell
def _(cells, choice, opened):
    found = cells.read_cells(opened, choice)
    shown = cells.cells_frame(opened, choice, found)
    chart = cells.cells_chart(opened, choice, found)
    return chart, shown


@app.cell
def _(chart, heading, mo, shown):
    mo.stop(
        shown.is_empty(),
        mo.callout(
            mo.md(
                "Deze combinatie heeft geen rij in `counts`. Een rij met nul wordt alleen zonder "
                "uitsplitsing bewaard: kies *geen uitsplitsing* om te zien of er gegevens zijn."
            )
        ),
    )
    mo.vstack(
        [
            heading.drawing(chart)
            if chart
            else mo.md("Te veel waarden voor een tekening; ze staan in de tabel."),
            heading.table(shown),
        ]
    )
    return


@app.cell
def _(choice, growth, heading, mo, opened):
    grown = growth.growth_frame(opened, choice)
    mo.stop(grown.is_empty())
    mo.vstack(
        [
            mo.md(
                "## Groei\n\nDe termen vormen samen het verschil, voor elke grens apart. *Dezelfde "
                "instellingen* zijn die met gegevens in beide jaren: daar groeit niets alleen "
                "doordat er meer leverden."
            ),
            heading.table(grown),
        ]
    )
    return (grown,)


@app.cell
def _(cells, choice, mo):
    query = cells.cells_query(choice)
    mo.accordion(
        {
            "Dezelfde vraag in SQL": mo.md(f"```sql\n{query}\n```"),
            "Waar een aantal vandaan komt": mo.md(
                "Neem de sleutel uit de laatste kolom van de tabel:\n\n"
                "```\nstaalkaart explain --count SLEUTEL\n```"
            ),
        }
    )
    return (query,)


if __name__ == "__main__":
    app.run()
