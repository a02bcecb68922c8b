namespace Playground.Client.Resources;

/// <summary>Texts of the model pages.</summary>
public sealed class ModelsTexts;
