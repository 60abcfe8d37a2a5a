using System.Buffers;
using Grpc.Core;

namespace CanThoGov.StandIns.Tests;

[Trait("Category", "Unit")]
public sealed class MarshallerTests
{
    [Fact]
    public void Marshaller_MadeFromContexts_AlsoWorksWithArrays()
    {
        var marshaller = Marshallers.Create(
            (byte[] value, SerializationContext context) =>
            {
                context.SetPayloadLength(value.Length);
                context.GetBufferWriter().Write(value);
                context.Complete();
            },
            context => context.PayloadAsReadOnlySequence().ToArray());

        Assert.Equal([1, 2, 3], marshaller.Serializer([1, 2, 3]));
        Assert.Equal([4, 5], marshaller.Deserializer([4, 5]));
    }

    [Fact]
    public void Marshaller_MadeFromContextsThatNeverComplete_SaysSo()
    {
        var marshaller = Marshallers.Create<byte[]>((_, _) => { }, context => context.PayloadAsNewBuffer());

        Assert.Throws<InvalidOperationException>(() => marshaller.Serializer([1]));
    }

    [Fact]
    public void Marshaller_MadeFromArrays_AlsoWorksWithContexts()
    {
        var context = new Recorder();

        Marshallers.StringMarshaller.ContextualSerializer("Cần Thơ", context);

        Assert.Equal("Cần Thơ"u8.ToArray(), context.Payload);
        Assert.Equal("Cần Thơ", Marshallers.StringMarshaller.ContextualDeserializer(new Replay(context.Payload!)));
    }

    sealed class Recorder : SerializationContext
    {
        public byte[]? Payload { get; private set; }

        public override void Complete(byte[] payload) => Payload = payload;
    }

    sealed class Replay(byte[] payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => payload;
    }
}
