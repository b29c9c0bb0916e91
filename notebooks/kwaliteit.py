"""Kwaliteit: wie leverde wat, wat werd geweigerd, en wat zag de poort van de laatste run.

Border: nothing is judged here; what is shown is read in ``pipelines/exploring``.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Staalkaart: kwaliteit")


@app.cell
def _():
    import marimo as mo

    from pipelines.exploring import heading, quality
    from pipelines.exploring.opening import opened_or_told

    return heading, mo, opened_or_told, quality


@app.cell
def _(opened_or_told):
    opened = opened_or_told()
    return (opened,)


@app.cell
def _(heading, mo, opened):
    mo.md(
        heading.banner(opened)
        + f"""
    # Kwaliteit van de leveringen

    Een ontbrekende levering is geen nul: waar niets kwam, zegt een cijfer "geen gegevens" of "bij
    de instellingen die leverden". {heading.standing(opened)} Aantallen rijen over inschrijvingen
    zijn exact: geen publicatie.
    """
    )
    return


@app.cell
def _(mo, opened, quality):
    kinds = quality.kind_options(opened)
    kind = mo.ui.dropdown(kinds, value=next(iter(kinds)), label="Soort levering", full_width=True)
    institutions = quality.institution_filter(opened)
    institution = mo.ui.dropdown(
        institutions, value=next(iter(institutions)), label="Instelling", full_width=True
    )
    mo.vstack([kind, institution])
    return institution, kind


@app.cell
def _(institution, kind):
    chosen_kind = kind.value
    chosen_institution = institution.value
    return chosen_institution, chosen_kind


@app.cell
def _(chosen_kind, heading, mo, opened, quality):
    squares = quality.coverage_squares(opened, chosen_kind)
    mo.vstack(
        [
            mo.md("## Wie leverde wat"),
            heading.drawing(quality.coverage_drawing(opened, chosen_kind)),
        ]
    )
    return (squares,)


@app.cell
def _(chosen_institution, heading, mo, opened, quality):
    missing = quality.missing_frame(opened, chosen_institution)
    mo.vstack(
        [
            mo.md("### Wat ontbreekt"),
            mo.md("Niets: alles werd geleverd.") if missing.is_empty() else heading.table(missing),
        ]
    )
    return (missing,)


@app.cell
def _(chosen_institution, heading, mo, opened, quality):
    shares = quality.rejected_shares_frame(opened, chosen_institution)
    rules = quality.rejected_rules_frame(opened, chosen_institution)
    rejected = quality.rejected_rows_frame(opened, chosen_institution)
    mo.stop(rejected.is_empty(), mo.md("## Geweigerde rijen\n\nGeen enkele rij kreeg een melding."))
    mo.vstack(
        [
            mo.md(
                "## Geweigerde rijen\n\n*Geweigerd* telt niet mee; *gewaarschuwd* telt mee en "
                "vraagt aandacht. De instelling krijgt dezelfde meldingen in haar teruggavebestand."
            ),
            mo.ui.tabs(
                {
                    "Per regel": heading.table(rules),
                    "Per levering": mo.md("Niets geweigerd.")
                    if shares.is_empty()
                    else heading.table(shares),
                    "Per rij": heading.table(rejected),
                }
            ),
        ]
    )
    return rejected, rules, shares


@app.cell
def _(heading, mo, opened, quality):
    gate = quality.gate_frame(opened)
    warned = quality.warnings_frame(opened)
    mo.vstack(
        [
            mo.md(
                "## De poort\n\nWat tegenhoudt, werd niet gepubliceerd; daarom staat die kolom "
                "hier op nul. Een waarschuwing houdt niets tegen. *Hoofdcijfers* zijn aantallen "
                "die met eigen vragen een tweede keer zijn geteld."
            ),
            heading.table(gate),
            mo.md("De poort waarschuwt voor niets.")
            if warned.is_empty()
            else heading.table(warned),
        ]
    )
    return gate, warned


@app.cell
def _(chosen_institution, heading, mo, opened, quality):
    differences = quality.stream_differences_frame(opened, chosen_institution)
    mo.vstack(
        [
            mo.md(
                "## Twee bronnen van hetzelfde\n\nEr telt er een; wat alleen in de andere staat, "
                "telt niet mee."
            ),
            mo.md("Niets kwam langs twee wegen.")
            if differences.is_empty()
            else heading.table(differences),
        ]
    )
    return (differences,)


@app.cell
def _(heading, mo, opened, quality):
    claims = quality.claims_frame(opened)
    mo.vstack(
        [
            mo.md(
                "## Wat elders beweerd is\n\nNaast wat onder de eigen benaming geteld is. "
                "Waar de bewering over iets anders gaat, is ze niet te vergelijken."
            ),
            heading.table(claims),
        ]
    )
    return (claims,)


if __name__ == "__main__":
    app.run()
