namespace Playground.Client.Resources;

/// <summary>Texts of the data-set pages.</summary>
public sealed class DatasetsTexts;
